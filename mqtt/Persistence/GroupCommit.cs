using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Plantroom.Mqtt.Persistence;

/// <summary>
/// Commits changes to a SQLite file in groups, on one thread that owns the file.
/// <code>
///  Add ──► waiting changes ──[take what is due]──► one transaction ──► Committed()
///                                    ▲                  │ fails
///                                    └─── delay ◄── Failed()
/// </code>
/// A quiet system commits each change at once, a busy one collects while the last commit runs. While the disk fails, nothing is told that
/// it is durable; the file is opened anew before each further attempt.
/// </summary>
/// <remarks>
/// <see cref="Add"/> never blocks, so that it may be called under a lock; the bound is kept by those who add: they begin nothing new
/// while <see cref="IsFull"/>. All members may be called from any thread.
/// </remarks>
internal sealed class GroupCommit<TFile> : IAsyncDisposable
    where TFile : StoreFile
{
    /// <summary>Changes in one transaction: few enough that none waits for the others of its group for longer than some 50 ms.</summary>
    private const int MostInGroup = 8192;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    private readonly Func<TFile> open;
    private readonly int capacity;
    private readonly TimeProvider time;
    private readonly GroupCommitLog log;
    private readonly WaitingChanges<TFile> waiting;
    private readonly CancellationTokenSource stopping = new();
    private readonly List<Change<TFile>> group = [];
    private readonly Task running;
    private TFile? file;
    private TimeSpan delay = FirstDelay;
    private long failures;
    private long written;

    /// <summary>Starts the thread.</summary>
    /// <param name="opened">The file, open; disposed here. Null opens it with the first change.</param>
    /// <param name="open">Opens it, again after each failure.</param>
    /// <param name="capacity">Changes that may wait before it <see cref="IsFull"/>.</param>
    /// <param name="time">The clock of <see cref="Urgency"/> and of the delay after a failure.</param>
    /// <param name="logger">Told when committing begins to fail, and when it works again.</param>
    public GroupCommit(TFile? opened, Func<TFile> open, int capacity, TimeProvider time, ILogger logger)
    {
        file = opened;
        this.open = open;
        this.capacity = capacity;
        this.time = time;
        log = new GroupCommitLog(logger);
        waiting = new WaitingChanges<TFile>(time);
        running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Whether as many changes wait as should.</summary>
    public bool IsFull => waiting.Count >= capacity;

    /// <summary>Attempts that have failed.</summary>
    public long Failures => Interlocked.Read(ref failures);

    /// <summary>Groups that were committed.</summary>
    public long Groups => Interlocked.Read(ref written);

    /// <summary>Takes a change. After the end it has failed at once.</summary>
    public void Add(Change<TFile> change, Urgency urgency = Urgency.Now)
    {
        if (!waiting.TryAdd(change, urgency)) change.Failed(Ended());
    }

    /// <summary>Completes when there may be room again.</summary>
    public Task WaitForRoomAsync() => IsFull ? waiting.WhenTakenAsync() : Task.CompletedTask;

    /// <summary>Completes when everything that was added until now is committed, or was given up by who added it.</summary>
    public Task FlushAsync()
    {
        var flush = new Flush<TFile>();
        if (!waiting.TryAddBehindAll(flush)) flush.Failed(Ended());
        return flush.Task;
    }

    /// <summary>Commits what waits and closes the file. When that fails, it is not tried again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested) return;
        waiting.End();
        await stopping.CancelAsync();
        await running;
        waiting.Dispose();
        stopping.Dispose();
    }

    private static ObjectDisposedException Ended() => new(nameof(GroupCommit<>), "The file is closed.");

    private void Run()
    {
        try
        {
            while (waiting.Take(group, MostInGroup)) Commit();
        }
        catch (Exception exception)
        {
            // A defect. Whoever waits is told, and everybody who comes later.
            log.Broke(exception);
            waiting.End();
            do GiveUp();
            while (waiting.Take(group, MostInGroup));
            throw;
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>Commits the group. What is to be tried again stays in it, in front of what comes next.</summary>
    private void Commit()
    {
        try
        {
            Write();
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            Failed(exception);
            return;
        }

        delay = FirstDelay;
        log.Works();
        foreach (var change in group) change.Committed();
        group.Clear();
    }

    private void Write()
    {
        file ??= open();
        file.Begin();
        foreach (var change in group) change.Write(file);
        file.Commit();
        Interlocked.Increment(ref written);
    }

    private void Failed(Exception exception)
    {
        Interlocked.Increment(ref failures);
        log.Fails(exception.Message);
        file?.Dispose();
        file = null;
        group.RemoveAll(change => !change.Failed(exception));
        if (stopping.IsCancellationRequested) GiveUp();
        else Task.Delay(delay, time, stopping.Token).ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
    }

    private void GiveUp()
    {
        var why = Ended();
        foreach (var change in group) change.Failed(why);
        group.Clear();
    }
}
