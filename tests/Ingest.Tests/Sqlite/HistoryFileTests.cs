using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Tests.Sqlite;

public sealed class HistoryFileTests : IDisposable
{
    private const long Megabyte = 1024 * 1024;
    private readonly Store store = new(new() { CheckpointMegabytes = 1 });

    public void Dispose() => store.Dispose();

    [Fact]
    public void Log_ManyCommits_StaysAboutAsLargeAsSet()
    {
        for (var i = 0; i < 100; i++) WriteSome(i);
        Assert.InRange(LogLength(), 1, 2 * Megabyte);
    }

    [Fact]
    public void Log_GrownDuringALongQuery_ShrinksAfterwards()
    {
        WriteSome(0);
        using (var query = store.Connect())
        {
            HistoryFile.Run(query, "BEGIN");
            HistoryFile.Scalar(query, "SELECT count(*) FROM reading");
            for (var i = 1; i < 100; i++) WriteSome(i);
            Assert.True(LogLength() > 4 * Megabyte, $"{LogLength()}");
        }

        for (var i = 100; i < 103; i++) WriteSome(i);
        Assert.InRange(LogLength(), 1, 2 * Megabyte);
    }

    private void WriteSome(int round) =>
        store.Write([.. Enumerable.Range(0, 2000).Select(i => Store.At(Store.Point($"log-{i % 20}"), (round * 100) + (i / 20), i))]);

    private long LogLength() => new FileInfo(store.Folder.History + "-wal").Length;
}
