namespace Plantroom.TestKit;

/// <summary>A clock that a test moves. Timers that become due are called within <see cref="Advance"/>, in the order of their times.</summary>
public sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private DateTimeOffset now = start;

    /// <summary>A clock that shows 2026-06-01 08:00 UTC.</summary>
    public ManualClock()
        : this(new DateTimeOffset(2026, 6, 1, 8, 0, 0, TimeSpan.Zero))
    {
    }

    public DateTime Now => GetUtcNow().UtcDateTime;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the time forward and calls what becomes due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        var target = GetUtcNow() + by;
        while (true)
        {
            ManualTimer? due;
            lock (gate)
            {
                due = timers.Where(t => t.Due <= target).MinBy(static t => t.Due);
                if (due is null)
                {
                    now = target;
                    return;
                }

                if (due.Due > now) now = due.Due;
                due.Rearm(now);
            }

            due.Call();
        }
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan period;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            var callNow = false;
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                period = newPeriod;
                if (dueTime == TimeSpan.Zero)
                {
                    callNow = true;
                    if (period > TimeSpan.Zero) Arm(clock.now + period);
                }
                else if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Arm(clock.now + dueTime);
                }
            }

            if (callNow) Call();
            return true;
        }

        public void Rearm(DateTimeOffset at)
        {
            clock.timers.Remove(this);
            if (period > TimeSpan.Zero) Arm(at + period);
        }

        public void Call() => callback(state);

        public void Dispose()
        {
            lock (clock.gate) clock.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(DateTimeOffset at)
        {
            Due = at;
            clock.timers.Add(this);
        }
    }
}
