using Plantroom.Ingest.Retention;
using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Tests.Sqlite;

public sealed class LateReadingTests : IDisposable
{
    private static readonly DateTime Now = Store.Start.AddDays(20);

    private readonly Store store = new();
    private readonly Packer packer;
    private readonly PointId point = Store.Point("late");

    public LateReadingTests()
    {
        packer = new(store);
        store.Write([.. Enumerable.Range(0, 20 * 144).Select(i => Store.At(point, i * 600, 1))]);
        packer.Run(Now);
    }

    public void Dispose() => store.Dispose();

    [Fact]
    public void Merge_NewReadingsAndOthersInPlaceOfStoredOnes_RepairsChunkAndSums()
    {
        store.Write(Store.At(point, 605, 7), Store.At(point, 1200, 8), Store.At(point, 1800, 9, Quality.Bad(QualityReason.OutOfRange)));

        var closed = packer.Run(Now);

        var stored = StoredPoint.Of(store, point);
        Assert.Equal((3, 0), (closed.Late, closed.Left));
        Assert.Equal([1, 1, 7, 8, 9], stored.Packed.Values.Take(5).Select(static r => r.Value));
        stored.AssertWhole();
        stored.AssertRollups(stored.Packed, TimeZoneInfo.Utc);
    }

    [Fact]
    public void Merge_OnlyReadingOfAWindowTurnsBad_TakesTheWindowOut()
    {
        var other = Store.Point("single");
        store.Write(Store.At(other, 0, 1), Store.At(other, 86_400, 2), Store.At(other, 30 * 86_400, 3));
        packer.Run(Now);
        store.Write(Store.At(other, 0, 1, Quality.Bad(QualityReason.OutOfRange)));
        packer.Run(Now);
        var stored = StoredPoint.Of(store, other);
        Assert.All(stored.Rollups, static windows => Assert.Single(windows));
        stored.AssertRollups(stored.Packed, TimeZoneInfo.Utc);
    }

    [Fact]
    public void Merge_OtherReadingsOfTheWindowAreGone_LeavesItsSumsAndCountsIt()
    {
        RemoveRaw();
        var before = StoredPoint.Of(store, point).Rollups;
        store.Write(Store.At(point, 300, 7));

        var closed = packer.Run(Now);

        Assert.Equal(1, closed.Left);
        Assert.Equal(before, StoredPoint.Of(store, point).Rollups);
        Assert.Contains(StoredPoint.Of(store, point).Packed, static r => r.Value.Value == 7);
    }

    [Fact]
    public void Merge_LaterThanAllOfTheWindowThatAreGone_GoesOnWithItsSums()
    {
        var before = StoredPoint.Of(store, point).Packed;
        RemoveRaw();
        store.Write(Store.At(point, 605, 7));

        Assert.Equal(0, packer.Run(Now).Left);

        before.Add(StoredTime.ToMilliseconds(Store.Start.AddSeconds(605)), (7, 0));
        StoredPoint.Of(store, point).AssertRollups(before, TimeZoneInfo.Utc);
    }

    [Fact]
    public void Merge_TimeThatHadNothing_GetsAChunkOfItsOwnAndSums()
    {
        store.Write([.. Enumerable.Range(0, 6000).Select(i => Store.At(point, -86_400 * 30 + i, i))]);
        Assert.Equal(6000, packer.Run(Now).Late);
        var stored = StoredPoint.Of(store, point);
        stored.AssertWhole();
        stored.AssertRollups(stored.Packed, TimeZoneInfo.Utc);
    }

    private void RemoveRaw()
    {
        var round = new RemovalRound(Now, static _ => new(TimeSpan.FromDays(3), TimeSpan.FromDays(99), TimeSpan.FromDays(99), null));
        while (!round.IsDone) store.Writer.Upkeep(s => s.Removal.Run(round, 5000));
    }
}
