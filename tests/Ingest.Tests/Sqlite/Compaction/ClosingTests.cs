using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Compaction;

namespace Plantroom.Ingest.Tests.Sqlite;

public sealed class ClosingTests : IDisposable
{
    private readonly Store store = new();
    private readonly Packer packer;

    public ClosingTests() => packer = new(store);

    public void Dispose() => store.Dispose();

    [Fact]
    public void Round_ReadingsOfADay_PacksWhatIsOldEnoughAndSumsItUp()
    {
        var point = Store.Point("day");
        store.Write([.. Enumerable.Range(0, 8640).Select(i => Store.At(point, i * 10, Math.Sin(i)))]);

        var closed = packer.Run(Store.Start.AddDays(1));

        var stored = StoredPoint.Of(store, point);
        Assert.Equal(22 * 360, closed.Readings);
        Assert.Equal(StoredTime.ToMilliseconds(Store.Start.AddHours(22)), stored.Closed);
        Assert.Equal(22 * 360, stored.Packed.Count);
        Assert.Equal(2 * 360, stored.Rows.Count);
        Assert.Single(stored.Chunks);
        stored.AssertWhole();
        stored.AssertRollups(stored.Packed, TimeZoneInfo.Utc);
    }

    [Fact]
    public void Round_FewReadings_WaitsUntilTheyAreManyOrOld()
    {
        var point = Store.Point("few");
        store.Write([.. Enumerable.Range(0, 60).Select(i => Store.At(point, i * 600, i))]);

        Assert.Equal(0, packer.Run(Store.Start.AddHours(7.9)).Readings);
        Assert.Equal(38, packer.Run(Store.Start.AddHours(8.3)).Readings);
        Assert.Equal(0, packer.Run(Store.Start.AddHours(10)).Readings);
        Assert.Equal(21, packer.Run(Store.Start.AddHours(20)).Readings);
        var stored = StoredPoint.Of(store, point);
        stored.AssertWhole();
        stored.AssertRollups(stored.Packed, TimeZoneInfo.Utc);
        Assert.Single(stored.Chunks);
    }

    [Fact]
    public void Round_PointThatWentSilent_LeavesItsNewestReadingAlone()
    {
        var point = Store.Point("silent");
        store.Write(Store.At(point, 0, 1), Store.At(point, 1, 2), Store.At(point, 2, 3));

        packer.Run(Store.Start.AddDays(1));
        Assert.Equal([3], StoredPoint.Of(store, point).Rows.Values.Select(static r => r.Value));
        Assert.Equal(0, packer.Run(Store.Start.AddDays(2)).Readings);

        // It comes back inside the quarter hour, late, and later.
        store.Write(Store.At(point, 1.5, 4), Store.At(point, 3, 5), Store.At(point, 1000, 6));
        packer.Run(Store.Start.AddDays(3));
        var stored = StoredPoint.Of(store, point);
        Assert.Equal([1, 2, 4, 3, 5], stored.Packed.Values.Select(static r => r.Value));
        stored.AssertWhole();
        stored.AssertRollups(stored.Packed, TimeZoneInfo.Utc);
    }

    [Fact]
    public void Round_AThousandReadingsASecond_CutsInsideTheQuarterHour()
    {
        var point = Store.Point("dense");
        store.Write([.. Enumerable.Range(0, 50_000).Select(i => new Reading(point, Store.Start.AddMilliseconds(i), i, default))]);
        store.Write(Store.At(point, 3600, 0));
        var round = packer.Round(Store.Start.AddHours(5));
        var most = 0;
        while (!round.IsDone)
        {
            most = Math.Max(most, packer.Slice(round).Readings);
            var between = StoredPoint.Of(store, point);
            between.AssertWhole();
            between.AssertRollups(between.Packed, TimeZoneInfo.Utc);
            Assert.Equal(50_001, between.All.Count());
        }

        Assert.InRange(most, 8192, 2 * 8192);
        Assert.All(StoredPoint.Of(store, point).Chunks, c => Assert.InRange(c.Count, 1, 20_480));
        store.Write(Store.At(point, 20, -2));
        Assert.Equal(1, packer.Run(Store.Start.AddHours(5)).Late);
        StoredPoint.Of(store, point).AssertRollups(StoredPoint.Of(store, point).Packed, TimeZoneInfo.Utc);
    }

    [Fact]
    public void Round_FiveSecondsForDays_GrowsFullChunksWithFewReadingsInEachTransaction()
    {
        var point = Store.Point("growing");
        store.Write([.. Enumerable.Range(0, 40_000).Select(i => Store.At(point, i * 5, i % 100))]);
        var now = Store.Start.AddDays(3);
        for (var round = packer.Round(now); !round.IsDone;) Assert.InRange(packer.Slice(round, readings: 1).Readings, 0, 4096);

        var stored = StoredPoint.Of(store, point);
        stored.AssertWhole();
        stored.AssertRollups(stored.Packed, TimeZoneInfo.Utc);
        Assert.Equal(3, stored.Chunks.Count);
        Assert.All(stored.Chunks.Take(2), c => Assert.InRange(c.Count, 14_336, 20_480));
    }

    [Fact]
    public void Round_SumsOfTenths_AreStoredWithoutTheNoiseOfArithmetic()
    {
        var point = Store.Point("tenths");
        store.Write([.. Enumerable.Range(0, 20_000).Select(i => Store.At(point, i * 10, i % 7 / 10.0))]);
        for (var day = 1; day < 4; day++) packer.Run(Store.Start.AddDays(day));

        var stored = StoredPoint.Of(store, point);
        stored.AssertRollups(stored.Packed, TimeZoneInfo.Utc);
        Assert.All(stored.Rollups.SelectMany(static r => r), static w => Assert.Equal(Math.Round(w.Summary.Sum, 1), w.Summary.Sum));
    }

    [Fact]
    public void Round_AYearAtOnce_IsClosedInFullChunks()
    {
        var point = Store.Point("year");
        store.Write([.. Enumerable.Range(0, 365 * 288).Select(i => Store.At(point, i * 300, i))]);

        packer.Run(Store.Start.AddYears(1));

        var stored = StoredPoint.Of(store, point);
        stored.AssertWhole();
        stored.AssertRollups(stored.Packed, TimeZoneInfo.Utc);
        Assert.InRange(stored.Chunks.Count, 44, 48);
        Assert.Equal(1, stored.Chunks.Count(c => c.Id < 0));
    }
}
