using System.Buffers;
using Plantroom.Ingest.Influx;
using Plantroom.TestKit.Fakes;
using Plantroom.TestKit.Influx;

namespace Plantroom.Ingest.Tests.Influx;

/// <summary>The contract on a real InfluxDB, written to as line protocol.</summary>
public abstract class InfluxHistoryContract(SharedServers servers) : HistoryContract, IAsyncLifetime
{
    private readonly string database = $"t{Guid.NewGuid():N}";
    private readonly LineProtocolWriter writer = new(corrections: true);
    private InfluxRig rig = null!;

    private protected InfluxReceiver Receiver => rig.Receiver;

    protected SharedServers Servers => servers;

    protected override IHistory History => field ??= new InfluxHistory(rig.Connection, new FakeFacilitySource(Facility.Empty), TimeProvider.System);

    protected override int Rounds => 20;

    public async ValueTask InitializeAsync() => rig = new(await UrlAsync(), database, Set);

    /// <summary>A database with a shard for each week of a year is large: hundreds of files.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        rig?.Dispose();
        await (await servers.InfluxAsync()).QueryAsync($"DROP DATABASE {database}");
        GC.SuppressFinalize(this);
    }

    protected abstract Task<Uri> UrlAsync();

    protected virtual void Set(InfluxOptions options)
    {
    }

    protected override void Write(params Reading[] readings)
    {
        var lines = new ArrayBufferWriter<byte>();
        writer.Write(readings, lines);
        var receipt = rig.Receiver.WriteAsync(lines.WrittenMemory, Cancel).GetAwaiter().GetResult();
        Assert.True(receipt.Away is null, $"{receipt.Away}; {string.Join("; ", rig.Logged)}");
        Assert.Empty(receipt.Refused);
    }
}

/// <summary>InfluxDB 1.6 directly.</summary>
public sealed class InfluxHistoryTests(SharedServers servers) : InfluxHistoryContract(servers)
{
    protected override async Task<Uri> UrlAsync() => (await Servers.InfluxAsync()).Url;
}

/// <summary>Written through <c>/api/v2/write</c> of a proxy, into a retention policy of its own.</summary>
public sealed class InfluxSecondWayHistoryTests(SharedServers servers) : InfluxHistoryContract(servers)
{
    protected override async Task<Uri> UrlAsync() => (await Servers.NginxAsync()).Url;

    protected override void Set(InfluxOptions options) =>
        (options.Api, options.RetentionPolicy, options.Gzip) = (InfluxApi.V2, "of its own", InfluxGzip.On);
}
