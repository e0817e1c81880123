using System.Globalization;
using System.Net;

namespace Plantroom.TestKit.Influx;

/// <summary>How a test wants its InfluxDB.</summary>
public sealed record InfluxServerSettings
{
    /// <summary>User name and password of an administrator; with one, everybody must say who they are. Default nobody.</summary>
    public (string Name, string Password)? Administrator { get; init; }

    /// <summary>Where it keeps its data, for example a file system that is soon full. Default a temporary folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether <see cref="InfluxServer.Requests"/> tells the requests. Default no.</summary>
    public bool LogRequests { get; init; }

    /// <summary>The largest body of a request in bytes; larger ones are answered with 413. Default 25 MB.</summary>
    public int MaxBody { get; init; } = 25_000_000;

    /// <summary>More lines for the section <c>[http]</c>.</summary>
    public string Http { get; init; } = "";

    /// <summary>Further lines of its section <c>data</c>.</summary>
    public string Data { get; init; } = "";
}

/// <summary>A real InfluxDB 1.6 on a port of its own on 127.0.0.1, with its configuration and data in a temporary folder.</summary>
public sealed class InfluxServer : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly InfluxServerSettings settings;
    private readonly HttpClient http;
    private ServerProcess? process;

    private InfluxServer(InfluxServerSettings settings)
    {
        this.settings = settings;
        Port = ServerProcess.FreePort();
        http = new() { BaseAddress = Url };
        File.WriteAllText(folder.File("influxdb.conf"), Configuration());
    }

    public int Port { get; }

    public Uri Url => new($"http://127.0.0.1:{Port}/");

    public int ProcessId => process!.Id;

    /// <summary>The folder of its data.</summary>
    public string Data => Path.Combine(settings.Folder ?? folder.Path, "data");

    /// <summary>User name and password of the administrator, if there is one.</summary>
    public (string Name, string Password)? Administrator => settings.Administrator;

    /// <summary>The requests so far, one line each, as in web servers' logs; needs <see cref="InfluxServerSettings.LogRequests"/>.</summary>
    public IReadOnlyList<string> Requests => File.Exists(AccessLog) ? File.ReadAllLines(AccessLog) : [];

    private string AccessLog => folder.File("requests.log");

    /// <summary>Starts one and waits until it answers.</summary>
    public static async Task<InfluxServer> StartAsync(InfluxServerSettings? settings = null, CancellationToken cancellationToken = default)
    {
        var server = new InfluxServer(settings ?? new());
        try
        {
            await server.StartAgainAsync(cancellationToken);
            if (server.Administrator is var (name, password))
                await server.QueryAsync($"CREATE USER \"{name}\" WITH PASSWORD '{password}' WITH ALL PRIVILEGES", "", cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again, on the same port and with the same data, after it was ended.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        if (process is not null) await process.DisposeAsync();
        process = ServerProcess.Start("influxd", "influxdb", folder.File("influxd.log"), "-config", folder.File("influxdb.conf"));
        await process.WaitUntilAsync(
            async cancel =>
            {
                using var pong = await http.GetAsync(new Uri("ping", UriKind.Relative), cancel);
                return pong.StatusCode is HttpStatusCode.NoContent;
            },
            cancellationToken);
    }

    /// <summary>Ends it as a service manager does.</summary>
    public Task StopAsync() => process!.StopAsync();

    /// <summary>Ends it at once, as a crash would.</summary>
    public Task KillAsync() => process!.KillAsync();

    /// <summary>It does nothing any more, but its connections stay, as with a machine that hangs.</summary>
    public void Freeze() => process!.Freeze();

    /// <summary>It goes on.</summary>
    public void Thaw() => process!.Thaw();

    /// <summary>Makes a database with a name of its own.</summary>
    /// <returns>The name.</returns>
    public async Task<string> NewDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var name = $"t{Guid.NewGuid():N}";
        await QueryAsync($"CREATE DATABASE \"{name}\"", "", cancellationToken);
        return name;
    }

    /// <summary>Asks in InfluxQL, as the administrator if there is one.</summary>
    /// <returns>The answer as JSON; times in nanoseconds.</returns>
    public async Task<string> QueryAsync(string influxQl, string database = "", CancellationToken cancellationToken = default)
    {
        var login = Administrator is var (name, password) ? $"&u={Uri.EscapeDataString(name)}&p={Uri.EscapeDataString(password)}" : "";
        using var query = new FormUrlEncodedContent([new("q", influxQl)]);
        using var answer = await http.PostAsync(
            new Uri($"query?epoch=ns&db={Uri.EscapeDataString(database)}{login}", UriKind.Relative), query, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode || text.Contains("\"error\"", StringComparison.Ordinal))
            throw new InvalidOperationException($"{influxQl}: {text}");
        return text;
    }

    /// <summary>Waits until it answers a question with something that fits.</summary>
    public Task WaitForAsync(string influxQl, string database, Func<string, bool> fits, CancellationToken cancellationToken) =>
        process!.WaitUntilAsync(async cancel => fits(await QueryAsync(influxQl, database, cancel)), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
        http.Dispose();
        folder.Dispose();
    }

    private string Configuration()
    {
        var data = settings.Folder ?? folder.Path;
        return string.Create(CultureInfo.InvariantCulture, $"""
            reporting-disabled = true
            bind-address = "127.0.0.1:0"
            [meta]
              dir = "{data}/meta"
            [data]
              dir = "{data}/data"
              wal-dir = "{data}/wal"
              query-log-enabled = false
              {settings.Data}
            [monitor]
              store-enabled = false
            [logging]
              level = "warn"
            [http]
              bind-address = "127.0.0.1:{Port}"
              auth-enabled = {(Administrator is null ? "false" : "true")}
              log-enabled = {(settings.LogRequests ? "true" : "false")}
              access-log-path = "{AccessLog}"
              max-body-size = {settings.MaxBody}
              {settings.Http}
            """);
    }
}
