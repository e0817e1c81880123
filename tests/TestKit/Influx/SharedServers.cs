namespace Plantroom.TestKit.Influx;

/// <summary>
/// One InfluxDB, one nginx in front of it and one VictoriaMetrics for all tests of a project that only write and read; each test makes a
/// database of its own. Started when first asked for.
/// </summary>
public sealed class SharedServers : IAsyncDisposable
{
    private readonly SemaphoreSlim starting = new(1);
    private InfluxServer? influx;
    private NginxFront? nginx;
    private VictoriaServer? victoria;

    public async Task<InfluxServer> InfluxAsync()
    {
        await starting.WaitAsync();
        try
        {
            return influx ??= await InfluxServer.StartAsync();
        }
        finally
        {
            starting.Release();
        }
    }

    public async Task<NginxFront> NginxAsync()
    {
        var server = await InfluxAsync();
        await starting.WaitAsync();
        try
        {
            return nginx ??= await NginxFront.StartAsync(server);
        }
        finally
        {
            starting.Release();
        }
    }

    public async Task<VictoriaServer> VictoriaAsync()
    {
        await starting.WaitAsync();
        try
        {
            return victoria ??= await VictoriaServer.StartAsync();
        }
        finally
        {
            starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (nginx is not null) await nginx.DisposeAsync();
        if (influx is not null) await influx.DisposeAsync();
        if (victoria is not null) await victoria.DisposeAsync();
        starting.Dispose();
    }
}
