using System.Net;

namespace Plantroom.TestKit.Influx;

/// <summary>
/// A real VictoriaMetrics, another receiver of line protocol, on a port of its own on 127.0.0.1, with its data in a temporary folder.
/// </summary>
public sealed class VictoriaServer : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly HttpClient http;
    private ServerProcess? process;

    private VictoriaServer()
    {
        Port = ServerProcess.FreePort();
        http = new() { BaseAddress = Url };
    }

    public int Port { get; }

    public Uri Url => new($"http://127.0.0.1:{Port}/");

    public int ProcessId => process!.Id;

    /// <summary>The folder of its data.</summary>
    public string Data => folder.File("data");

    /// <summary>Starts one with little memory and waits until it answers.</summary>
    public static Task<VictoriaServer> StartAsync(CancellationToken cancellationToken = default) =>
        StartAsync(["-memory.allowedBytes=100MB"], cancellationToken);

    /// <summary>Starts one with further arguments and waits until it answers.</summary>
    public static async Task<VictoriaServer> StartAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        var server = new VictoriaServer();
        try
        {
            server.process = ServerProcess.Start(
                "victoria-metrics", "victoria-metrics", server.folder.File("victoria.log"),
                [
                    $"-storageDataPath={server.Data}", $"-httpListenAddr=127.0.0.1:{server.Port}", "-retentionPeriod=120", "-search.latencyOffset=0s",
                    "-loggerLevel=WARN", .. arguments,
                ]);
            await server.process.WaitUntilAsync(
                async cancel =>
                {
                    using var pong = await server.http.GetAsync(new Uri("ping", UriKind.Relative), cancel);
                    return pong.StatusCode is HttpStatusCode.NoContent;
                },
                cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The stored series that fit a selector, one JSON object a line; makes everything visible before.</summary>
    public async Task<string> ExportAsync(string selector, CancellationToken cancellationToken = default)
    {
        using (var flushed = await http.GetAsync(new Uri("internal/force_flush", UriKind.Relative), cancellationToken))
            flushed.EnsureSuccessStatusCode();
        return await http.GetStringAsync(
            new Uri($"api/v1/export?start=0&match[]={Uri.EscapeDataString(selector)}", UriKind.Relative), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
        http.Dispose();
        folder.Dispose();
    }
}
