using System.Data.Common;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Plantroom.Alerts.LifeCycle;
using Plantroom.Alerts.Storage;

namespace Plantroom.Alerts.Alarms;

/// <summary>
/// The one owner of the alarms: takes what happened in order, works out the transitions, commits them and only then publishes them.
/// </summary>
/// <remarks>
/// <code>
/// engine ── edges ──────┐
/// rules ─── rebind ─────┤  bounded queue      one transaction          bus of alarm changes
/// people ── acknowledge ┼────────────► desk ───────────────► database ───────────────────►
/// rain ──── warning ────┤
/// system ── alarm ──────┘
/// </code>
/// What is waiting when the desk gets to it is committed together. While the database fails, items wait here and in the queue, and
/// in the end the engine waits: nothing is forgotten.
/// </remarks>
internal sealed partial class AlarmDesk : IAlarms
{
    private const int MaxTogether = 256;
    private const int AttemptsWhileStopping = 3;

    private readonly Channel<DeskItem> queue;
    private readonly AlarmStore store;
    private readonly IBus<AlarmChange> bus;
    private readonly AlertsMetrics metrics;
    private readonly TimeProvider time;
    private readonly TimeSpan longestRetry;
    private readonly ILogger<AlarmDesk> log;
    private readonly TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IReadOnlyList<Alarm> active = [];
    private Book book = Book.Empty;
    private int failedCommits;

    public AlarmDesk(
        AlarmStore store,
        IBus<AlarmChange> bus,
        AlertsMetrics metrics,
        TimeProvider time,
        IOptions<AlertsOptions> options,
        ILogger<AlarmDesk> log)
    {
        this.store = store;
        this.bus = bus;
        this.metrics = metrics;
        this.time = time;
        this.log = log;
        longestRetry = options.Value.LongestRetry;
        queue = Channel.CreateBounded<DeskItem>(new BoundedChannelOptions(options.Value.DeskCapacity) { SingleReader = true });
    }

    public IReadOnlyList<Alarm> Active => active;

    /// <summary>How many commits in a row have failed; 0 when all is well.</summary>
    public int FailedCommits => Volatile.Read(ref failedCommits);

    /// <summary>Completes when the alarms from before the start are loaded.</summary>
    public Task Loaded => loaded.Task;

    public async ValueTask<AcknowledgeOutcome> AcknowledgeAsync(long id, string by, string? note, CancellationToken cancellationToken)
    {
        var item = new AcknowledgeItem(id, by, note, time.Now());
        await PutAsync(item, cancellationToken);
        var reason = await item.Result.WaitAsync(cancellationToken);
        if (reason is TransitionReason.Acknowledged) return AcknowledgeOutcome.Acknowledged;
        if (reason is not null) return AcknowledgeOutcome.AlreadyAcknowledged;
        return await store.FindAsync(id, cancellationToken) is null ? AcknowledgeOutcome.NotFound : AcknowledgeOutcome.AlreadyAcknowledged;
    }

    /// <summary>Brings a flood warning to where it is to stand; durable when it completes.</summary>
    public async Task WarnAsync(Warning warning, CancellationToken cancellationToken)
    {
        var item = new WarningItem(warning);
        await PutAsync(item, cancellationToken);
        await item.Result.WaitAsync(cancellationToken);
    }

    /// <summary>Queues something; waits while the queue is full.</summary>
    public ValueTask PutAsync(DeskItem item, CancellationToken cancellationToken) => queue.Writer.WriteAsync(item, cancellationToken);

    /// <summary>Loads the alarms from before the start.</summary>
    public async Task<Book> LoadAsync(CancellationToken cancellationToken)
    {
        await store.MigrateAsync(cancellationToken);
        Take(await store.LoadAsync(cancellationToken));
        LogLoaded(active.Count);
        loaded.TrySetResult();
        return book;
    }

    /// <summary>Says that nothing more will come.</summary>
    public void Complete() => queue.Writer.TryComplete();

    /// <summary>Works until <see cref="Complete"/> was called and the queue is empty.</summary>
    /// <param name="stopping">From then on a failing commit is given up after a few attempts.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        var items = new List<DeskItem>(MaxTogether);
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (items.Count < MaxTogether && queue.Reader.TryRead(out var item)) items.Add(item);
            await WorkAsync(items, stopping);
            items.Clear();
        }

        bus.Complete();
    }

    private async Task WorkAsync(List<DeskItem> items, CancellationToken stopping)
    {
        var changes = new List<AlarmChange>();
        var attempts = 0;
        while (true)
        {
            try
            {
                if (attempts > 0) Take(await store.LoadAsync(CancellationToken.None)); // another writer, or an unclear commit
                changes.Clear();
                var after = items.Aggregate(book, (before, item) => item.Apply(before, changes));
                if (changes.Count > 0) await store.CommitAsync(book, changes, CancellationToken.None);
                Take(after);
                break;
            }
            catch (Exception e) when (e is DbUpdateException or DbException)
            {
                attempts++;
                Volatile.Write(ref failedCommits, attempts);
                metrics.CommitFailed();
                LogCommitFailed(e, attempts, changes.Count);
                if (stopping.IsCancellationRequested && attempts >= AttemptsWhileStopping)
                {
                    GiveUp(items, changes);
                    return;
                }

                await BackOffAsync(attempts, stopping);
            }
        }

        Volatile.Write(ref failedCommits, 0);
        foreach (var change in changes) await PublishAsync(change);
        foreach (var item in items) item.Done();
    }

    private async Task PublishAsync(AlarmChange change)
    {
        metrics.Transition(change);
        LogTransition(change.Event, change.Alarm.Id, change.Alarm.Rule, change.Alarm.Equipment, change.Alarm.State, change.Alarm.Priority);
        await bus.PublishAsync(change, CancellationToken.None);
    }

    /// <summary>After a restart the engine finds conditions that are still true again, from the stored readings.</summary>
    private void GiveUp(List<DeskItem> items, List<AlarmChange> changes)
    {
        foreach (var change in changes) LogGivenUp(change.Event, change.Alarm.Rule, change.Alarm.Equipment);
        foreach (var item in items) item.GivenUp();
    }

    private async Task BackOffAsync(int attempts, CancellationToken stopping)
    {
        var wait = TimeSpan.FromMilliseconds(100 * Math.Pow(2, Math.Min(attempts, 16) - 1));
        if (wait > longestRetry) wait = longestRetry;
        var waited = Task.Delay(wait, time, stopping);
        await waited.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void Take(Book next)
    {
        if (!ReferenceEquals(next, book) || active.Count != next.Held.Count)
        {
            active =
            [
                .. next.Held.Values.Select(static h => h.Alarm)
                    .OrderBy(static a => a.Priority)
                    .ThenByDescending(static a => a.RaisedAt)
                    .ThenByDescending(static a => a.Id),
            ];
        }

        book = next;
    }

    [LoggerMessage(LogLevel.Information, "{Active} alarms were active when the system went down and still are")]
    private partial void LogLoaded(int active);

    [LoggerMessage(LogLevel.Information, "{Event}: alarm {Id} of {Rule} at {Equipment} is {State}, priority {Priority}")]
    private partial void LogTransition(
        AlarmEvent @event, long id, string rule, EquipmentId equipment, AlarmState state, AlarmPriority priority);

    [LoggerMessage(LogLevel.Warning, "Alarms could not be stored, attempt {Attempt}; {Transitions} transitions wait")]
    private partial void LogCommitFailed(Exception exception, int attempt, int transitions);

    [LoggerMessage(LogLevel.Error, "{Event} of {Rule} at {Equipment} could not be stored before the system stopped")]
    private partial void LogGivenUp(AlarmEvent @event, string rule, EquipmentId equipment);
}
