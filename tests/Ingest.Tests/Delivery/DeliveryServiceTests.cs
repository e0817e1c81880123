using System.Globalization;
using System.Text.RegularExpressions;
using Plantroom.Ingest.Delivery;
using Plantroom.Ingest.Tests.Influx;
using Plantroom.TestKit;
using Plantroom.TestKit.Influx;

namespace Plantroom.Ingest.Tests.Delivery;

/// <summary>The delivery as a service, with real time, to real servers and to one that is in the way.</summary>
public sealed partial class DeliveryServiceTests : IDisposable
{
    private readonly string database = $"t{Guid.NewGuid():N}";
    private SpoolRig? rig;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => rig?.Dispose();

    [Fact]
    public async Task Server_HungAndBack_GetsEverything()
    {
        await using var server = await InfluxServer.StartAsync(null, Cancel);
        using var influx = new InfluxRig(server.Url, database, static o => o.Timeout = TimeSpan.FromMilliseconds(300));
        using var service = await StartAsync(influx.Receiver);
        rig!.Commit(SpoolRig.Readings(0, 1000));
        await DeliveredAsync();
        server.Freeze();
        rig.Commit(SpoolRig.Readings(1000, 1000));
        await Eventually.True(() => rig.Monitor.Current.NotDelivering is not null, "the server does not answer", Cancel);
        Assert.Equal(1000, rig.Monitor.Current.Readings);
        server.Thaw();
        await DeliveredAsync();
        await EndAsync(service);
        Assert.Equal(2000, await CountAsync(server));
    }

    [Fact]
    public async Task Server_ThatRefusesAFieldsType_GetsTheRest()
    {
        await using var server = await InfluxServer.StartAsync(null, Cancel);
        using var influx = new InfluxRig(server.Url, database);
        await influx.WriteAsync("equipment,equipment=spool3,site=test value=\"text\" 1780300800000000000");
        using var service = await StartAsync(influx.Receiver);
        var other = PointId.Intern("test/spool3/other");
        rig!.Commit([.. SpoolRig.Readings(0, 70), .. Enumerable.Range(0, 10).Select(i => Store.At(other, i + 0.5, i))]);
        await DeliveredAsync();
        await EndAsync(service);

        // The type of a field is that of its measurement, so all 70 are refused, and nothing else.
        Assert.Contains("[0,10]", await server.QueryAsync("SELECT count(other) FROM equipment", database, Cancel), StringComparison.Ordinal);
        Assert.Equal(70, rig.Monitor.Current.Refused);
        var lines = File.ReadAllLines(Assert.Single(Directory.GetFiles(Path.Combine(rig.Folder, "refused"))));
        Assert.Equal(70, lines.Count(static l => l.StartsWith("equipment,equipment=spool", StringComparison.Ordinal)));
        Assert.Contains("field type conflict", lines[0], StringComparison.Ordinal);
        Assert.Equal('#', lines[0][0]);
    }

    [Fact]
    public async Task Stop_RequestThatDoesNotComeBack_IsQuickAndLosesNothing()
    {
        var receiver = new StuckReceiver();
        using var service = await StartAsync(receiver);
        rig!.Commit(SpoolRig.Readings(0, 5000));
        await receiver.Asked.Task.WaitAsync(Cancel);
        rig.Commit(SpoolRig.Readings(5000, 10));
        await EndAsync(service);
        rig.Restart();
        Assert.Equal(5010, rig.Spool.Book.Readings);
    }

    private async Task<DeliveryService> StartAsync(ILineReceiver receiver)
    {
        rig = new(new() { BatchDelay = TimeSpan.FromMilliseconds(50) }, receiver, TimeProvider.System);
        var service = new DeliveryService(rig.Spool, rig.Courier, rig.Monitor, rig.Metrics, TimeProvider.System);
        await service.StartAsync(Cancel);
        return service;
    }

    private Task DeliveredAsync() => Eventually.True(() => rig!.Spool.Book.Readings == 0, "everything is delivered", Cancel);

    private static async Task EndAsync(DeliveryService service)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await service.StopAsync(limit.Token);
        Assert.True(service.ExecuteTask!.IsCompletedSuccessfully);
    }

    private async Task<long> CountAsync(InfluxServer server)
    {
        var answer = await server.QueryAsync("SELECT count(value) FROM equipment", database, Cancel);
        return long.Parse(Count().Match(answer).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\[0,(\d+)\]")]
    private static partial Regex Count();

    /// <summary>Never answers, and comes back only when it is told to give up.</summary>
    private sealed class StuckReceiver : ILineReceiver
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<Receipt> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return Receipt.Taken;
        }
    }
}
