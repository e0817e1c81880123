using Plantroom.Ingest.Sqlite;
using Plantroom.TestKit;

namespace Plantroom.Ingest.Tests.Sqlite;

public sealed class StorageGrowthTests : IDisposable
{
    private readonly Store store = new();
    private readonly ManualClock clock = new();
    private readonly StorageGrowth growth;

    public StorageGrowthTests()
    {
        store.Writer.Open();
        growth = new(store.Folder, store.Writer, clock);
    }

    public void Dispose() => store.Dispose();

    [Fact]
    public void Measure_FirstDays_TellNoGrowthAsNothingIsPackedYet()
    {
        for (var hour = 0; hour <= 72; hour++)
        {
            if (hour < 24) Write(0, hour);
            growth.Measure();
            if (hour < 48) Assert.Null(growth.BytesPerDay);
            clock.Advance(TimeSpan.FromHours(1));
        }

        // All that was written came in the first day, which does not count.
        Assert.Equal(0, growth.BytesPerDay);
    }

    [Fact]
    public void Measure_SixtyDaysThatGrowLessAndLess_TellsTheLastThirty()
    {
        for (var day = 0; day < 60; day++)
        {
            if (day < 30) Write(day);
            growth.Measure();
            clock.Advance(TimeSpan.FromDays(1));
        }

        growth.Measure();
        Assert.Equal(0, growth.BytesPerDay);
        Assert.InRange(growth.BytesUsed, 60_000, 2_000_000);
    }

    [Fact]
    public void Measure_PagesThatBecameFree_DoNotCount()
    {
        Write(0);
        growth.Measure();
        var before = growth.BytesUsed;
        using (var connection = store.Connect()) HistoryFile.Run(connection, "DELETE FROM reading");
        growth.Measure();
        Assert.True(growth.BytesUsed < before);
    }

    private void Write(int day, int hour = 0) =>
        store.Write([.. Enumerable.Range(0, 2000).Select(i => Store.At(Store.Point("growing"), (day * 86_400) + (hour * 3600) + i, 1))]);
}
