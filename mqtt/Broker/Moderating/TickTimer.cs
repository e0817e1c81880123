namespace Plantroom.Mqtt.Broker.Moderating;

/// <summary>
/// A periodic timer in real time with a thread of its own. Those of the system count in steps of the kernel's slow clock, 4 ms on many
/// machines, and take two wake-ups for each call. While it is stopped, the thread sleeps; there is none before the first start.
/// </summary>
internal sealed class TickTimer(Action tick) : ITimer
{
    private readonly object gate = new();
    private Thread? thread;
    private TimeSpan period = Timeout.InfiniteTimeSpan;
    private bool disposed;

    /// <inheritdoc/>
    /// <remarks>The first call comes after one period too.</remarks>
    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        lock (gate)
        {
            if (disposed) return false;
            var wakes = this.period == Timeout.InfiniteTimeSpan;
            this.period = period;
            if (wakes) Monitor.Pulse(gate);
            if (thread is not null || period == Timeout.InfiniteTimeSpan) return true;
            thread = new Thread(Run) { IsBackground = true, Name = "MQTT tick" };
            thread.Start();
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            Monitor.Pulse(gate);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Run()
    {
        while (TryWait()) tick();
    }

    private bool TryWait()
    {
        lock (gate)
        {
            while (!disposed && period == Timeout.InfiniteTimeSpan) Monitor.Wait(gate);
            if (!disposed) Monitor.Wait(gate, period);
            return !disposed;
        }
    }
}
