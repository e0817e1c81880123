using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Plantroom.Alerts.LifeCycle;
using Plantroom.Alerts.Storage;
using Plantroom.TestKit;

namespace Plantroom.Alerts.Tests.Storage;

public sealed class DatabaseTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly ManualClock clock = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private AlarmStore Store => new(new Contexts(folder.File("plantroom.db")), clock);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Migrations_Model_HasNoPendingChanges()
    {
        await using var db = new Contexts(folder.File("plantroom.db")).CreateDbContext();
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task Migrate_Twice_KeepsTheData()
    {
        await Store.MigrateAsync(Cancelled);
        var before = await RaiseAsync(Store);
        await Store.MigrateAsync(Cancelled);

        Assert.Equal(before.Held.Values, (await Store.LoadAsync(Cancelled)).Held.Values);
    }

    [Fact]
    public async Task Commit_SeveralTransitionsOfOneAlarm_IsOneRowAndAJournal()
    {
        await Store.MigrateAsync(Cancelled);
        var changes = new List<AlarmChange>();
        var after = Book.Empty.Apply(Sample.Met(Sample.Rule(), 60), changes)
            .Apply(Sample.Gone(Sample.Rule(), 120), changes)
            .Apply(Sample.Met(Sample.Rule(), 180), changes);
        await Store.CommitAsync(Book.Empty, changes, Cancelled);

        Assert.Equal(after.Held.Values, (await Store.LoadAsync(Cancelled)).Held.Values);
        Assert.Equal(
            [AlarmEvent.Raised, AlarmEvent.Returned, AlarmEvent.RaisedAgain],
            (await Store.JournalAsync(1, Cancelled)).Select(static j => j.Event));
    }

    [Fact]
    public async Task Commit_StaleVersion_WritesNothing()
    {
        await Store.MigrateAsync(Cancelled);
        var book = await RaiseAsync(Store);
        var first = new List<AlarmChange>();
        book.Acknowledge(1, "Li", null, Sample.Start, first, out _);
        await Store.CommitAsync(book, first, Cancelled);

        var second = new List<AlarmChange>();
        book.Acknowledge(1, "Wang", null, Sample.Start, second, out _);
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => Store.CommitAsync(book, second, Cancelled));

        Assert.Equal("Li", (await Store.FindAsync(1, Cancelled))!.AcknowledgedBy);
        Assert.Equal(2, (await Store.JournalAsync(1, Cancelled)).Count);
    }

    [Theory]
    [InlineData("UPDATE alerts_journal SET \"By\" = 'somebody else'")]
    [InlineData("DELETE FROM alerts_journal")]
    public async Task Journal_ChangedByHand_Refuses(string sql)
    {
        await Store.MigrateAsync(Cancelled);
        await RaiseAsync(Store);
        await using var db = new Contexts(folder.File("plantroom.db")).CreateDbContext();

        var error = await Assert.ThrowsAsync<SqliteException>(() => db.Database.ExecuteSqlRawAsync(sql, Cancelled));
        Assert.Contains("append-only", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_Opened_IsDurable()
    {
        await using var db = new Contexts(folder.File("plantroom.db")).CreateDbContext();
        await db.Database.OpenConnectionAsync(Cancelled);
        var values = new List<string>();
        foreach (var pragma in (string[])["journal_mode", "synchronous", "busy_timeout"])
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = "PRAGMA " + pragma;
            values.Add((await command.ExecuteScalarAsync(Cancelled))!.ToString()!);
        }

        Assert.Equal(["wal", "2", "5000"], values);
    }

    private static async Task<Book> RaiseAsync(AlarmStore store)
    {
        var changes = new List<AlarmChange>();
        var book = Book.Empty.Apply(Sample.Met(Sample.Rule(), 60), changes);
        await store.CommitAsync(Book.Empty, changes, Cancelled);
        return book;
    }

    private sealed class Contexts(string path) : IDbContextFactory<AlertsDbContext>
    {
        public AlertsDbContext CreateDbContext()
        {
            var options = new DbContextOptionsBuilder<AlertsDbContext>();
            Database.Use(options, path);
            return new(options.Options);
        }
    }
}
