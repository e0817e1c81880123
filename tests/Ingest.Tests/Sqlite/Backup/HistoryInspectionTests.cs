using Plantroom.Ingest.Retention;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Backup;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Tests.Sqlite;

public sealed class HistoryInspectionTests : IDisposable
{
    private readonly Store store = new();
    private readonly PointId point = Store.Point("inspected");

    public HistoryInspectionTests()
    {
        store.Write([.. Enumerable.Range(0, 20_000).Select(i => Store.At(point, i * 10, i % 7))]);
        new Packer(store).Run(Store.Start.AddDays(3));
    }

    public void Dispose() => store.Dispose();

    [Fact]
    public void Problems_WholeStore_AreNone()
    {
        Assert.Empty(HistoryInspection.Problems(store.Folder.History));
        Assert.Empty(DatabaseCopy.Problems(store.Folder.History));
    }

    [Fact]
    public void Problems_OldReadingsRemoved_AreNone()
    {
        var round = new RemovalRound(Store.Start.AddDays(4), static _ => new(TimeSpan.FromDays(2), TimeSpan.FromDays(9), TimeSpan.FromDays(9), null));
        Assert.True(store.Writer.Upkeep(s => s.Removal.Run(round, 100_000)) > 0);
        Assert.Empty(HistoryInspection.Problems(store.Folder.History));

        // What comes of that time now is not all of it.
        store.Write(Store.At(point, 5, 99));
        Assert.Equal(1, new Packer(store).Run(Store.Start.AddDays(4)).Late);
        Assert.Empty(HistoryInspection.Problems(store.Folder.History));
    }

    [Theory]
    [InlineData("UPDATE chunk SET count = count + 1 WHERE id > 0", "instead of")]
    [InlineData("UPDATE chunk SET end_ms = end_ms + 900000 WHERE start_ms = (SELECT min(start_ms) FROM chunk)", "overlaps another")]
    [InlineData("UPDATE chunk SET end_ms = start_ms + 900000 WHERE id > 0", "out of its time")]
    [InlineData("UPDATE point SET closed_ms = closed_ms - 900000", "not closed")]
    [InlineData("DELETE FROM rollup WHERE level = 0", "no sums")]
    [InlineData("DELETE FROM chunk WHERE start_ms = (SELECT min(start_ms) FROM chunk)", "not those of its readings")]
    [InlineData("DELETE FROM chunk", "not those of its readings")]
    public void Problems_SomethingChangedByHand_IsTold(string change, string problem)
    {
        using (var connection = store.Connect()) HistoryFile.Run(connection, change);
        var found = HistoryInspection.Problems(store.Folder.History).ToList();
        Assert.Contains(found, f => f.Contains(problem, StringComparison.Ordinal) && f.StartsWith(point.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, "quarter hour")]
    [InlineData(1, "hour")]
    [InlineData(2, "day")]
    public void Problems_SumsChangedByHand_AreTold(int level, string name)
    {
        using (var connection = store.Connect())
        {
            var windows = new List<RollupWindow>();
            using var read = new SqliteStatement(connection, $"SELECT data FROM rollup WHERE level = {level}");
            read.Step();
            RollupFormat.Unpack(read.Bytes(0), windows);
            read.Reset();
            var s = windows[0].Summary;
            windows[0] = windows[0] with { Summary = Summary.Of(s.Count, s.Sum + 1, s.Min, s.Max, s.First, s.Last, s.Held, s.Rise) };
            using var write = new SqliteStatement(connection, $"UPDATE rollup SET data = ?1 WHERE level = {level}");
            write.Bind(1, RollupFormat.Pack(windows.ToArray(), true)).Run();
        }

        Assert.Contains(HistoryInspection.Problems(store.Folder.History), f => f.Contains($"the sums of the {name} 2026-06-01", StringComparison.Ordinal));
    }
}
