using System.Collections.Immutable;
using Microsoft.Extensions.Options;

namespace Plantroom.Dashboard.Live;

/// <summary>
/// What the open pages show, and the beat at which they are told to look: at once after a quiet time, never more often than
/// <see cref="DashboardOptions.UpdateInterval"/>, and each second for ages and clocks. An alarm does not wait for the beat of the
/// readings, only for that of the alarms before it.
/// </summary>
/// <remarks>One timer for all pages, armed only while a page is open. All members may be called from any thread.</remarks>
internal sealed class LiveView : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // Never zero: a timer that is due at once may call back while the gate is held.
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly TimeSpan interval;
    private readonly ITimer timer;
    private ImmutableArray<Action<LiveTick>> watchers = [];
    private LiveTick pending;
    private DateTimeOffset lastTick;
    private DateTimeOffset lastAlarm;
    private DateTimeOffset nextSecond;

    public LiveView(IOptions<DashboardOptions> options, TimeProvider time)
    {
        this.time = time;
        interval = options.Value.UpdateInterval;
        Alarms = new(time);
        Readings = new(time);
        timer = time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public LiveReadings Readings { get; }

    public LiveAlarms Alarms { get; }

    /// <summary>How many pages are watching.</summary>
    public int Watchers => watchers.Length;

    /// <summary>Says that something changed.</summary>
    public void Touch(LiveTick what)
    {
        lock (gate)
        {
            if ((pending | what) == pending) return;
            pending |= what;
            Arm();
        }
    }

    /// <summary>
    /// Calls back at every tick until disposed. Callbacks run one after the other on a timer's thread, so they only pass the word on.
    /// </summary>
    public IDisposable Watch(Action<LiveTick> watcher)
    {
        lock (gate)
        {
            watchers = watchers.Add(watcher);
            if (watchers.Length == 1)
            {
                nextSecond = time.GetUtcNow() + Second;
                Arm();
            }
        }

        return new Watching(this, watcher);
    }

    public void Dispose() => timer.Dispose();

    private void Tick()
    {
        ImmutableArray<Action<LiveTick>> called;
        LiveTick what;
        lock (gate)
        {
            var now = time.GetUtcNow();
            called = watchers;
            what = pending;
            pending = LiveTick.None;
            lastTick = now;
            if (what.HasFlag(LiveTick.Alarms)) lastAlarm = now;
            if (now >= nextSecond)
            {
                what |= LiveTick.Second;
                nextSecond = now + Second;
            }

            Arm();
        }

        if (what is LiveTick.None) return;
        foreach (var watcher in called) watcher(what);
    }

    private void Arm()
    {
        if (watchers.IsEmpty) return;
        var now = time.GetUtcNow();

        // When the clock was set back, what was last told seems to lie ahead; nobody waits for longer than a beat for that.
        if (nextSecond > now + Second) nextSecond = now + Second;
        var due = pending is LiveTick.None ? nextSecond : (pending.HasFlag(LiveTick.Alarms) ? lastAlarm : lastTick) + interval;
        if (pending is not LiveTick.None && due > now + interval) due = now + interval;
        if (due > nextSecond) due = nextSecond;
        timer.Change(due - now > Soon ? due - now : Soon, Timeout.InfiniteTimeSpan);
    }

    private void Unwatch(Action<LiveTick> watcher)
    {
        lock (gate) watchers = watchers.Remove(watcher);
    }

    private sealed class Watching(LiveView view, Action<LiveTick> watcher) : IDisposable
    {
        public void Dispose() => view.Unwatch(watcher);
    }
}
