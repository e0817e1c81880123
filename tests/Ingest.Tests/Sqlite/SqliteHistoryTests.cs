using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Tests.Sqlite;

/// <summary>The store as the product runs it: the newest readings come from memory.</summary>
public sealed class SqliteHistoryTests : HistoryContract
{
    private readonly Store store = new();

    public SqliteHistoryTests() => store.Writer.Open();

    protected override IHistory History => store.History;

    [Fact]
    public async Task Last_StoreOpenedAgain_KnowsWhatItHeld()
    {
        var point = Store.Point("reopened");
        Write(At(point, 0, 1), At(point, 9, 2));
        store.Writer.Close();

        var memory = new LastValues();
        using var again = new HistoryWriter(store.Folder, memory, store.Options);
        again.Open();

        Assert.True(memory.TryGet([point], out var readings));
        Assert.Equal([At(point, 9, 2)], readings);
    }

    [Fact]
    public async Task Last_ManyPoints_DoesNotTouchTheDisk()
    {
        var point = Store.Point("memory");
        Write(At(point, 0, 1));
        using (var connection = store.Connect()) HistoryFile.Run(connection, "DELETE FROM reading");
        Assert.Equal([At(point, 0, 1)], await store.History.LastAsync([point], Cancel));
    }

    [Fact]
    public async Task Raw_WriterGoneWithoutClosing_FindsEverythingCommitted()
    {
        // The first writer keeps its connection, its log file and its locks, as a process does that was stopped in its tracks.
        var point = Store.Point("abandoned");
        Write(At(point, 0, 1), At(point, 1, 2));

        var memory = new LastValues();
        using var successor = new HistoryWriter(store.Folder, memory, store.Options);
        successor.Open();

        Assert.True(memory.TryGet([point], out var readings));
        Assert.Equal([At(point, 1, 2)], readings);
        Assert.Equal(2, (await store.History.RawAsync(point, new(Store.Start, Store.Start.AddDays(1)), Cancel)).Count);
    }

    [Fact]
    public async Task Raw_MoreQuestionsThanReaders_AreAllAnswered()
    {
        var point = Store.Point("crowd");
        Write(At(point, 0, 1));
        var range = new TimeRange(Store.Start, Store.Start.AddDays(1));
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => store.History.RawAsync(point, range, Cancel).AsTask()));
        Assert.All(answers, a => Assert.Single(a));
    }

    [Fact]
    public async Task Raw_WriterInATransaction_IsAnsweredWithTheLastCommit()
    {
        var point = Store.Point("reader");
        Write(At(point, 0, 1));
        using var connection = store.Connect();
        HistoryFile.Run(connection, "BEGIN EXCLUSIVE");
        HistoryFile.Run(connection, "UPDATE reading SET value = 2");
        Assert.Equal([At(point, 0, 1)], await store.History.RawAsync(point, new(Store.Start, Store.Start.AddDays(1)), Cancel));
    }

    [Fact]
    public async Task EveryQuestion_WhileTheWriterWrites_SeesWholeCommitsInOrder()
    {
        // Each commit raises both points to the same number, so a question that saw half of one would see two numbers.
        var (a, b) = (Store.Point("torn-a"), Store.Point("torn-b"));
        Write(At(a, 0, 0), At(b, 0, 0));
        var writing = Task.Run(
            () =>
            {
                for (var i = 1; i <= 300; i++) Write(At(a, i, i), At(b, i, i));
            },
            Cancel);
        var (seen, range) = (0.0, new TimeRange(Store.Start, Store.Start.AddDays(1)));
        do
        {
            var last = await store.History.LastAsync([a, b], Cancel);
            var stored = await store.History.RawAsync(a, range, Cancel);
            Assert.Equal(last[0].Value, last[1].Value);
            Assert.True(last[0].Value >= seen);
            Assert.True(stored.Count > last[0].Value, "what is the newest is stored");
            Assert.Equal(Enumerable.Range(0, stored.Count).Select(i => (double)i), stored.Select(r => r.Value));
            seen = last[0].Value;
        }
        while (!writing.IsCompleted);

        await writing;
        Assert.Equal(300, (await store.History.LastAsync([a], Cancel))[0].Value);
    }

    protected override void Write(params Reading[] readings) => store.Write(readings);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        store.Dispose();
    }
}

/// <summary>The same store seen by a process that does not write: every answer comes from the disk.</summary>
public sealed class SqliteHistoryFromDiskTests : HistoryContract
{
    private readonly Store store = new();
    private readonly SqliteHistory history;

    public SqliteHistoryFromDiskTests()
    {
        store.Writer.Open();
        history = new(store.Folder, new LastValues(), store.Options);
    }

    protected override IHistory History => history;

    [Fact]
    public async Task LastOfAll_NothingInMemory_ReadsEveryPoint()
    {
        var (a, b) = (Store.Point("disk-a"), Store.Point("disk-b"));
        Write(At(a, 0, 1), At(b, 0, 2), At(b, 1, 3));
        Assert.Equal([At(a, 0, 1), At(b, 1, 3)], (await history.LastOfAllAsync(Cancel)).OrderBy(r => r.Value));
    }

    protected override void Write(params Reading[] readings) => store.Write(readings);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        history.Dispose();
        store.Dispose();
    }
}
