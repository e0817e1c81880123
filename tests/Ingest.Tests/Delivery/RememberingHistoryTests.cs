using Plantroom.Ingest.Delivery;
using Plantroom.Ingest.Sqlite;
using Plantroom.TestKit;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Ingest.Tests.Delivery;

public sealed class RememberingHistoryTests
{
    private readonly LastValues last = new();
    private readonly AwayHistory store = new();
    private readonly ArmedClock clock = new();
    private readonly RememberingHistory history;
    private readonly PointId a = Store.Point("remembered");
    private readonly PointId b = Store.Point("stored");

    public RememberingHistoryTests() => history = new(store, last, clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Last_BeforeTheStoreWasAsked_IsTheNewerOfBoth()
    {
        store.Newest = [Store.At(a, 5, 1), Store.At(b, 5, 2)];
        last.Observe([Store.At(a, 9, 3)]);
        Assert.Equal([Store.At(a, 9, 3), Store.At(b, 5, 2)], await history.LastAsync([a, b], Cancel));
        last.Observe([Store.At(b, 4, 4)]);
        Assert.Equal([Store.At(b, 5, 2)], await history.LastAsync([b], Cancel));
    }

    [Fact]
    public async Task Last_StoreAway_IsWhatMemoryKnows()
    {
        last.Observe([Store.At(a, 9, 3)]);
        Assert.Equal([Store.At(a, 9, 3)], await history.LastAsync([a], Cancel));
        Assert.Equal([Store.At(a, 9, 3)], await history.LastAsync([a, b], Cancel));
    }

    [Fact]
    public async Task Last_StoreHangs_IsWhatMemoryKnowsAfterAMoment()
    {
        last.Observe([Store.At(a, 9, 3)]);
        store.Hangs = true;
        var asked = history.LastAsync([a], Cancel).AsTask();
        Assert.False(asked.IsCompleted);
        clock.Manual.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([Store.At(a, 9, 3)], await asked);
    }

    [Fact]
    public async Task Load_StoreAwayAtFirst_IsCompleteOnceItIsBack()
    {
        var equipment = new Equipment
        {
            Id = a.Equipment,
            Name = new("a", "a"),
            Class = "sump",
            System = default,
            Building = "B1",
            Points = [new() { Id = a, Name = new("a", "a"), Kind = PointKind.Measurement }],
        };
        using var load = new LastValuesLoad(history, last, new FakeFacilitySource(new([], [equipment])), clock, new Logs<LastValuesLoad>());
        await load.StartAsync(Cancel);
        await Eventually.True(() => store.Asked == 1, "the store was asked", Cancel);
        Assert.False(last.TryGet([a], out _));

        store.Newest = [Store.At(a, 5, 1)];
        await Eventually.True(
            () =>
            {
                clock.Manual.Advance(TimeSpan.FromSeconds(10));
                return load.ExecuteTask!.IsCompleted;
            },
            "all of it is loaded",
            Cancel);
        await load.ExecuteTask!.WaitAsync(Cancel);

        Assert.True(last.TryGet([a], out var known));
        Assert.Equal([Store.At(a, 5, 1)], known);
        await load.StopAsync(Cancel);
    }

    /// <summary>Away until it is given something to say.</summary>
    private sealed class AwayHistory : IHistory
    {
        public IReadOnlyList<Reading>? Newest { get; set; }

        public bool Hangs { get; set; }

        public int Asked { get; private set; }

        public async ValueTask<IReadOnlyList<Reading>> LastAsync(IReadOnlyCollection<PointId> points, CancellationToken cancellationToken = default)
        {
            Asked++;
            if (Hangs) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return Newest is { } all ? [.. all.Where(r => points.Contains(r.Point))] : throw new HistoryUnavailableException("away");
        }

        public IAsyncEnumerable<IReadOnlyList<Reading>> ReadAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default) =>
            throw new HistoryUnavailableException("away");

        public ValueTask<IReadOnlyList<PointHistory<HistoryWindow>>> WindowsAsync(
            WindowRequest request, CancellationToken cancellationToken = default) =>
            throw new HistoryUnavailableException("away");

        public ValueTask<IReadOnlyList<PointHistory<Sample>>> SampleAsync(SampleRequest request, CancellationToken cancellationToken = default) =>
            throw new HistoryUnavailableException("away");

        public ValueTask<double?> CounterIncreaseAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default) =>
            throw new HistoryUnavailableException("away");
    }
}
