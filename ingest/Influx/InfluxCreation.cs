using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Plantroom.Ingest.Influx;

/// <summary>
/// Makes the database, retention policy or bucket that readings are kept in when the server says that it is not there. What is there stays
/// as it is, so that nothing is asked of a server on which somebody else has made it.
/// </summary>
internal sealed partial class InfluxCreation(InfluxConnection connection, ILogger<InfluxCreation> log)
{
    /// <summary>Tries to make what is missing.</summary>
    /// <param name="missing">What the server says is not there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it is worth trying again.</returns>
    public async Task<bool> MakeAsync(string missing, CancellationToken cancellationToken)
    {
        if (!connection.CreateMissing) return false;
        var peer = await connection.PeerAsync(cancellationToken);
        var name = connection.Target.Name(peer.V2);
        string? problem;
        try
        {
            problem = peer.V2 && missing.Contains("bucket", StringComparison.OrdinalIgnoreCase)
                ? await MakeBucketAsync(cancellationToken)
                : await QueryAsync(Statement(missing), cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException or IOException or JsonException)
        {
            problem = connection.Clean(e.Message);
        }

        if (problem is null) LogMade(name, connection.Address);
        else LogNotMade(name, connection.Address, problem);
        return problem is null;
    }

    private string Statement(string missing)
    {
        var (database, policy) = (InfluxQl.Name(connection.Target.Database), connection.Target.RetentionPolicy);
        var seconds = (long)connection.Retention.TotalSeconds;
        var duration = seconds == 0 ? "INF" : string.Create(CultureInfo.InvariantCulture, $"{seconds}s");
        if (missing.Contains("retention policy", StringComparison.Ordinal))
            return $"CREATE RETENTION POLICY {InfluxQl.Name(policy)} ON {database} DURATION {duration} REPLICATION 1";
        var name = policy.Length > 0 ? $" NAME {InfluxQl.Name(policy)}" : "";
        return $"CREATE DATABASE {database} WITH DURATION {duration} REPLICATION 1{name}";
    }

    /// <summary>Runs a statement that changes something.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    private async Task<string?> QueryAsync(string statement, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "query") { Content = new FormUrlEncodedContent([new("q", statement)]) };
        using var answer = await connection.SendAsync(request, false, cancellationToken);
        if (!answer.IsSuccessStatusCode) return await connection.MessageAsync(answer, cancellationToken);
        var results = (await JsonAsync(answer, cancellationToken))?["results"]?[0];
        return results?["error"]?.GetValue<string>();
    }

    private async Task<string?> MakeBucketAsync(CancellationToken cancellationToken)
    {
        var target = connection.Target;
        var wanted = target.Org.Length > 0 ? $"?org={Uri.EscapeDataString(target.Org)}" : "";
        using var ask = new HttpRequestMessage(HttpMethod.Get, "api/v2/orgs" + wanted);
        using var orgs = await connection.SendAsync(ask, true, cancellationToken);
        if (!orgs.IsSuccessStatusCode) return await connection.MessageAsync(orgs, cancellationToken);
        var found = (await JsonAsync(orgs, cancellationToken))?["orgs"] as JsonArray;
        if (found is not [{ } org]) return $"it has {found?.Count ?? 0} organizations that fit; see Influx:Org";

        var rules = new JsonArray();
        if (connection.Retention > TimeSpan.Zero)
            rules.Add(new JsonObject { ["type"] = "expire", ["everySeconds"] = (long)connection.Retention.TotalSeconds });
        var bucket = new JsonObject { ["orgID"] = org["id"]?.GetValue<string>(), ["name"] = target.Bucket, ["retentionRules"] = rules };
        using var make = new HttpRequestMessage(HttpMethod.Post, "api/v2/buckets") { Content = JsonContent.Create(bucket) };
        using var made = await connection.SendAsync(make, true, cancellationToken);
        return made.IsSuccessStatusCode ? null : await connection.MessageAsync(made, cancellationToken);
    }

    private static async Task<JsonNode?> JsonAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);

    [LoggerMessage(LogLevel.Information, "Made {Target} in InfluxDB at {Address}")]
    private partial void LogMade(string target, string address);

    [LoggerMessage(LogLevel.Warning, "Could not make {Target} in InfluxDB at {Address}: {Problem}")]
    private partial void LogNotMade(string target, string address, string problem);
}
