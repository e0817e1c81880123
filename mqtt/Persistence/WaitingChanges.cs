namespace Plantroom.Mqtt.Persistence;

/// <summary>
/// Changes on their way to the thread that commits. Those of one urgency stay in order; one that may wait is overtaken by one that may
/// not.
/// </summary>
internal sealed class WaitingChanges<TFile> : IDisposable
{
    private static readonly TimeSpan[] Patience = [TimeSpan.Zero, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(1)];

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly Queue<Entry>[] lanes = [new(), new(), new()];
    private readonly ITimer[] timers;
    private readonly SemaphoreSlim due = new(0);
    private TaskCompletionSource? taken;
    private bool isDue;
    private bool ending;
    private bool disposed;
    private int count;

    public WaitingChanges(TimeProvider time)
    {
        this.time = time;
        timers = [.. Patience.Select(_ => time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan))];
    }

    public int Count => Volatile.Read(ref count);

    /// <returns>False after the end.</returns>
    public bool TryAdd(Change<TFile> change, Urgency urgency)
    {
        var lane = (int)urgency;
        lock (gate)
        {
            if (ending) return false;
            lanes[lane].Enqueue(new Entry(change, time.GetTimestamp()));
            count++;
            if (urgency == Urgency.Now) WakeLocked();
            else if (lanes[lane].Count == 1) timers[lane].Change(Patience[lane], Timeout.InfiniteTimeSpan);
        }

        return true;
    }

    /// <summary>Makes everything due that waits now.</summary>
    /// <returns>False after the end.</returns>
    public bool TryAddBehindAll(Change<TFile> change)
    {
        lock (gate)
        {
            if (ending) return false;
            foreach (var lane in lanes.AsSpan(1))
            {
                while (lane.TryDequeue(out var entry)) lanes[0].Enqueue(entry);
            }
        }

        return TryAdd(change, Urgency.Now);
    }

    /// <summary>From now on nothing is taken in, and everything is due.</summary>
    public void End()
    {
        lock (gate)
        {
            ending = true;
            WakeLocked();
        }
    }

    /// <summary>Waits until something is due and moves it to a group.</summary>
    /// <param name="group">Where to.</param>
    /// <param name="most">How many the group shall hold at most.</param>
    /// <returns>False at the end, when nothing is left.</returns>
    public bool Take(List<Change<TFile>> group, int most)
    {
        while (true)
        {
            lock (gate)
            {
                isDue = false;
                TakeDue(group, most);
                if (group.Count > 0 || ending) return group.Count > 0;
            }

            due.Wait();
        }
    }

    /// <summary>Completes when the next group was taken.</summary>
    public Task WhenTakenAsync()
    {
        lock (gate)
        {
            if (ending) return Task.CompletedTask;
            return (taken ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public void Dispose()
    {
        // A timer may be on its way here already.
        lock (gate) disposed = true;
        foreach (var timer in timers) timer.Dispose();
        due.Dispose();
    }

    private void TakeDue(List<Change<TFile>> group, int most)
    {
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            var waiting = lanes[lane];
            while (group.Count < most && waiting.TryPeek(out var entry) && IsDue(entry, lane)) group.Add(waiting.Dequeue().Change);
            if (waiting.TryPeek(out var next)) WakeFor(next, lane);
        }

        count = lanes.Sum(static l => l.Count);
        taken?.TrySetResult();
        taken = null;
    }

    private bool IsDue(Entry entry, int lane) => ending || lane == 0 || time.GetElapsedTime(entry.Since) >= Patience[lane];

    private void WakeFor(Entry next, int lane)
    {
        var left = Patience[lane] - time.GetElapsedTime(next.Since);
        if (ending || left <= TimeSpan.Zero) WakeLocked();
        else timers[lane].Change(left, Timeout.InfiniteTimeSpan);
    }

    private void Wake()
    {
        lock (gate) WakeLocked();
    }

    private void WakeLocked()
    {
        if (isDue || disposed) return;
        isDue = true;
        due.Release();
    }

    private readonly record struct Entry(Change<TFile> Change, long Since);
}
