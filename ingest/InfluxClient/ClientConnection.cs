using InfluxDB.Client;
using InfluxDB.Client.Api.Domain;
using InfluxDB.Client.Core.Exceptions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Influx;

namespace Plantroom.Ingest.InfluxClient;

/// <summary>The client of InfluxDB.Client for the server of the settings, and the bucket there. May be used from any thread.</summary>
internal sealed partial class ClientConnection : IDisposable
{
    private readonly InfluxOptions options;
    private readonly ILogger<ClientConnection> log;

    public ClientConnection(IOptions<InfluxOptions> options, ILogger<ClientConnection> log)
    {
        (this.options, this.log) = (options.Value, log);
        Target = new(this.options);
        var token = Secret(this.options.Token, this.options.TokenFile);
        if (token.Length == 0 && this.options.UserName.Length > 0)
            token = $"{this.options.UserName}:{Secret(this.options.Password, this.options.PasswordFile)}";
        Client = new(new InfluxDBClientOptions(this.options.Url)
        {
            Token = token.Length > 0 ? token : null,
            Bucket = Target.Bucket,
            Org = Target.Org,
            Timeout = this.options.Timeout,
        });
        var url = new Uri(this.options.Url);
        if (this.options.Gzip is InfluxGzip.On || (this.options.Gzip is InfluxGzip.Auto && !url.IsLoopback)) Client.EnableGzip();
    }

    public InfluxDBClient Client { get; }

    public InfluxTarget Target { get; }

    /// <summary>The server's, for messages; no secrets.</summary>
    public string Address => options.Url;

    /// <summary>
    /// Whether the server or the network is the reason, and not the program. The library's own time limit looks like a cancellation that
    /// nobody asked for.
    /// </summary>
    public static bool IsFailure(Exception e) =>
        e is InfluxException or HttpRequestException or IOException or TimeoutException or OperationCanceledException;

    /// <summary>Makes the bucket of the settings, with their retention.</summary>
    /// <returns>Whether it is there now.</returns>
    public async Task<bool> MakeBucketAsync(CancellationToken cancellationToken)
    {
        if (!options.CreateMissing) return false;
        try
        {
            var name = Target.Org.Length > 0 ? Target.Org : null;
            if (await Client.GetOrganizationsApi().FindOrganizationsAsync(org: name, cancellationToken: cancellationToken) is not [var owner])
            {
                LogNotMade(Target.Bucket, "not exactly one organization fits; see Influx:Org");
                return false;
            }

            var kept = new BucketRetentionRules(BucketRetentionRules.TypeEnum.Expire, (long)options.Retention.TotalSeconds);
            await Client.GetBucketsApi().CreateBucketAsync(Target.Bucket, kept, owner.Id, cancellationToken);
            LogMade(Target.Bucket);
            return true;
        }
        catch (Exception e) when (IsFailure(e) && !cancellationToken.IsCancellationRequested)
        {
            LogNotMade(Target.Bucket, e.Message);
            return false;
        }
    }

    public void Dispose() => Client.Dispose();

    private static string Secret(string value, string file) => file.Length == 0 ? value : InfluxCheck.ReadSecret(file, out _) ?? "";

    [LoggerMessage(LogLevel.Information, "Made bucket {Bucket} in InfluxDB")]
    private partial void LogMade(string bucket);

    [LoggerMessage(LogLevel.Warning, "Could not make bucket {Bucket} in InfluxDB: {Problem}")]
    private partial void LogNotMade(string bucket, string problem);
}
