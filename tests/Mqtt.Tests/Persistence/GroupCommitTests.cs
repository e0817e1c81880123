using Microsoft.Data.Sqlite;
using Plantroom.Mqtt.Persistence;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Persistence;

public sealed class GroupCommitTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly RecordingLog<GroupCommitTests> log = new();
    private int mostPages = int.MaxValue;

    private string File => folder.File("numbers.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Changes_WhileOneIsCommitted_AreCommittedTogether()
    {
        using var writing = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        await using var commit = Start();
        var first = new Insertion(0) { OnWrite = () => Hold(writing, goOn) };
        commit.Add(first);
        await writing.WaitAsync(TestContext.Current.CancellationToken);
        var others = Enumerable.Range(1, 100).Select(static i => new Insertion(i)).ToList();
        others.ForEach(change => commit.Add(change));
        Assert.False(first.IsCompleted);
        goOn.Release();
        await Task.WhenAll(others.Select(static o => o.Completed));

        Assert.Equal(2, commit.Groups);
        Assert.Equal(Enumerable.Range(0, 101), NumberFile.Read(File));
    }

    [Fact]
    public async Task Change_ThatMayWait_IsOvertakenAndCommittedWhenItsTimeHasCome()
    {
        var clock = new ManualClock();
        await using var commit = Start(clock);
        var (soon, later, now) = (new Insertion(1), new Insertion(2), new Insertion(3));
        commit.Add(later, Urgency.Later);
        commit.Add(soon, Urgency.Soon);
        commit.Add(now);
        await now.Completed;
        Assert.Equal((false, false), (soon.IsCompleted, later.IsCompleted));
        clock.Advance(TimeSpan.FromMilliseconds(20));
        await soon.Completed;
        Assert.False(later.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        await later.Completed;
        Assert.Equal([1, 2, 3], NumberFile.Read(File));
    }

    [Fact]
    public async Task Change_ThatHasBecomePointless_IsNotWritten()
    {
        var clock = new ManualClock();
        await using var commit = Start(clock);
        var pointless = new Insertion(1);
        commit.Add(pointless, Urgency.Soon);
        pointless.IsCancelled = true;
        clock.Advance(TimeSpan.FromMilliseconds(20));
        await pointless.Completed;
        Assert.Empty(NumberFile.Read(File));
    }

    [Fact]
    public async Task Flush_WithChangesThatMayWait_CommitsThem()
    {
        await using var commit = Start(new ManualClock());
        commit.Add(new Insertion(1), Urgency.Later);
        commit.Add(new Insertion(2), Urgency.Soon);
        await commit.FlushAsync();
        Assert.Equal([1, 2], NumberFile.Read(File));
    }

    [Fact]
    public async Task FullDisk_FailsTheTicketsTriesTheOthersAgainAndRecovers()
    {
        mostPages = 8;
        await using var commit = Start();
        var small = new Insertion(1);
        commit.Add(small);
        await small.Completed;
        var (ticket, persistent) = (new Insertion(2, 100_000), new Insertion(3, 100_000, persists: true));
        commit.Add(ticket);
        commit.Add(persistent);
        await Assert.ThrowsAsync<SqliteException>(() => ticket.Completed);
        await Eventually.TrueAsync(() => persistent.Failures >= 2, "it is tried again");
        Assert.Equal([1], NumberFile.Read(File));
        Assert.False(persistent.IsCompleted);
        Assert.True(commit.Failures >= 2);

        mostPages = 1000;
        await persistent.Completed;
        Assert.Equal([1, 3], NumberFile.Read(File));
        Assert.Single(log.Errors);
        await Eventually.TrueAsync(() => log.All.Any(static l => l.Contains("stored again", StringComparison.Ordinal)), "it says so");
    }

    [Fact]
    public async Task Dispose_WithChangesThatWait_CommitsThem()
    {
        var changes = Enumerable.Range(0, 20_000).Select(static i => new Insertion(i)).ToList();
        await using (var commit = Start(new ManualClock()))
            for (var i = 0; i < changes.Count; i++) commit.Add(changes[i], (Urgency)(i % 3));
        Assert.All(changes, static c => Assert.True(c.IsCompleted));
        Assert.Equal(changes.Count, NumberFile.Read(File).Count);
    }

    [Fact]
    public async Task Dispose_WhileTheDiskFails_GivesUpAndTellsEverybody()
    {
        mostPages = 4;
        var commit = Start();
        var change = new Insertion(1, 100_000, persists: true);
        commit.Add(change);
        await Eventually.TrueAsync(() => change.Failures > 0, "it fails");
        var flush = commit.FlushAsync();
        await commit.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => change.Completed);
        await Assert.ThrowsAsync<IOException>(() => flush);

        var late = new Insertion(2);
        commit.Add(late);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => late.Completed);
        Assert.Empty(NumberFile.Read(File));
    }

    [Fact]
    public async Task Full_WithAsManyAsMayWait_HasRoomAgainWhenTheyAreTaken()
    {
        using var writing = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        await using var commit = Start(capacity: 2);
        commit.Add(new Insertion(0) { OnWrite = () => Hold(writing, goOn) });
        await writing.WaitAsync(TestContext.Current.CancellationToken);
        commit.Add(new Insertion(1));
        Assert.False(commit.IsFull);
        Assert.True(commit.WaitForRoomAsync().IsCompleted);
        commit.Add(new Insertion(2));
        Assert.True(commit.IsFull);
        var room = commit.WaitForRoomAsync();
        Assert.False(room.IsCompleted);
        goOn.Release();
        await room.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(commit.IsFull);
    }

    [Fact]
    public async Task Defect_OfAChange_FailsAllAndIsNotHidden()
    {
        var commit = Start();
        var defect = new Insertion(1, persists: true) { OnWrite = static () => throw new InvalidOperationException("a defect") };
        commit.Add(defect);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => defect.Completed);
        await Assert.ThrowsAsync<InvalidOperationException>(() => commit.DisposeAsync().AsTask());
        Assert.Single(log.Errors);
    }

    private static void Hold(SemaphoreSlim writing, SemaphoreSlim goOn)
    {
        writing.Release();
        goOn.Wait();
    }

    private GroupCommit<NumberFile> Start(TimeProvider? time = null, int capacity = 100_000) =>
        new(null, () => new NumberFile(File, mostPages), capacity, time ?? TimeProvider.System, log);
}
