using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Plantroom.Gateway.Tests;

public sealed class DeviceDoorTests : IDisposable
{
    private const string Sump = "plantroom/v1/in/hq/SP-1";
    private readonly GatewayBench bench = new();
    private readonly FakeDebtor debtor = new();

    public void Dispose() => bench.Dispose();

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_MessagesOfDevices_ReachTheBusAndAreAcknowledgedOnceKept()
    {
        using var subscription = bench.Bus.Subscribe("store", 10, WhenFull.Wait);
        await bench.Door.StartAsync(Ending);
        Assert.Equal("plantroom/v1/in/#", bench.Broker.Filter);

        await bench.Broker.Send(Sump, """{"values": {"level": 1.2}}""", debtor.Owes(1));

        Assert.True(await subscription.WaitAsync(Ending));
        var batch = subscription.TryTake()!;
        Assert.Equal("hq/SP-1/level = 1.2 at 2026-06-01T08:00:00Z Good", GatewayBench.Text(Assert.Single(batch.Readings.ToArray())));
        Assert.Empty(debtor.Acknowledged);
        batch.Kept();
        Assert.Equal([1], debtor.Acknowledged);
        Assert.Equal(1, bench.Counters.ReadingCount);
        await bench.Door.StopAsync(Ending);
    }

    [Fact]
    public async Task Start_WhollyRejectedMessage_IsAcknowledgedToo()
    {
        using var subscription = bench.Bus.Subscribe("store", 10, WhenFull.Wait);
        await bench.Door.StartAsync(Ending);

        await bench.Broker.Send(Sump, "no JSON", debtor.Owes(5));

        Assert.True(await subscription.WaitAsync(Ending));
        subscription.TryTake()!.Kept();
        Assert.Equal([5], debtor.Acknowledged);
        Assert.Equal(1, bench.Rejected);
        await bench.Door.StopAsync(Ending);
    }

    [Fact]
    public async Task Start_MoreIsRetainedThanABatchHolds_DoesNotBlockItself()
    {
        using var small = new GatewayBench(static o => o.MaxBatch = 2);
        using var subscription = small.Bus.Subscribe("store", 100, WhenFull.Wait);
        foreach (var i in Enumerable.Range(0, 20))
            small.Broker.Retained.Add((Sump, $$$"""{"ts": {{{1780300000000 + i}}}, "values": {"level": 1}}"""));

        await small.Door.StartAsync(Ending);
        await small.Door.StopAsync(Ending);

        var kept = 0;
        while (subscription.TryTake() is { } batch) kept += batch.Readings.Length;
        Assert.Equal(20, kept);
    }

    [Fact]
    public async Task Stop_WhatIsInside_IsPassedOnBeforeTheBusIsComplete()
    {
        using var subscription = bench.Bus.Subscribe("store", 1, WhenFull.Wait);
        await bench.Door.StartAsync(Ending);
        for (var i = 0; i < 50; i++) _ = bench.Broker.Send(Sump, """{"values": {"level": 1.2}}""");

        var stopped = bench.Door.StopAsync(Ending);
        var kept = 0;
        await foreach (var batch in subscription.ReadAllAsync(Ending)) kept += batch.Readings.Length;
        await stopped;

        Assert.Equal(50, kept); // and the reading ended, so the bus is complete
        Assert.False(bench.Door.IsOpen);
    }

    [Fact]
    public async Task Stop_NobodyTakesWhatIsInside_EndsWhenItsTimeIsUp()
    {
        using var subscription = bench.Bus.Subscribe("stuck", 1, WhenFull.Wait);
        await bench.Bus.PublishAsync(new(ReadOnlyMemory<Reading>.Empty), Ending);
        await bench.Door.StartAsync(Ending);
        await bench.Broker.Send(Sump, """{"values": {"level": 1.2}}""", debtor.Owes(1));
        using var timeIsUp = new CancellationTokenSource();

        var stopped = bench.Door.StopAsync(timeIsUp.Token);
        Assert.False(stopped.IsCompleted);
        await timeIsUp.CancelAsync();
        await stopped;

        Assert.Empty(debtor.Acknowledged);
    }

    [Fact]
    public async Task Handle_AfterStop_IsCountedAndNotAcknowledged()
    {
        await bench.Door.StartAsync(Ending);
        await bench.Door.StopAsync(Ending);

        await bench.Door.Handle(new()
        {
            Topic = "plantroom/v1/in/hq/SP-1/level"u8, Payload = "1.2"u8, Acknowledgement = debtor.Owes(1),
        });

        Assert.Empty(debtor.Acknowledged);
        Assert.Equal(1, bench.RejectedFor(RejectReason.Stopping));
        Assert.Equal(0, bench.Counters.ReadingCount);
    }

    [Fact]
    public async Task Health_ClosedOpenAndBlocked_SaysSo()
    {
        Assert.Equal(HealthStatus.Unhealthy, (await Check()).Status);

        using var subscription = bench.Bus.Subscribe("stuck", 1, WhenFull.Wait);
        await bench.Bus.PublishAsync(new(ReadOnlyMemory<Reading>.Empty), Ending);
        await bench.Door.StartAsync(Ending);
        Assert.Equal(HealthStatus.Healthy, (await Check()).Status);

        await bench.Broker.Send(Sump, """{"values": {"level": 1.2}}""");
        while (!bench.Collector.IsPublishing) await Task.Yield();
        bench.Clock.Advance(TimeSpan.FromSeconds(10));
        var blocked = await Check();
        Assert.Equal(HealthStatus.Degraded, blocked.Status);
        Assert.Contains("senders are held back", blocked.Description, StringComparison.Ordinal);

        subscription.Dispose(); // whoever was stuck is gone
        await bench.Door.StopAsync(Ending);
    }

    private Task<HealthCheckResult> Check() => bench.Health.CheckHealthAsync(new(), Ending);
}
