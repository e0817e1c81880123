using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Broker.Moderating;

/// <summary>
/// What network cards do with their interrupts: while many small messages come, connections are read and written once per tick for all
/// that came since the last one, and not for each message. The wake-up of a thread and the call of the system cost ten times the message.
/// <code>
///  read loops that nobody waits for ──► pausing ─┐ tick
///                                                ├─────► first the read loops, one after the other; then what they and others
///  buffers with nothing but messages ─► deferred ┘       have appended is sent
/// </code>
/// The tick runs while somebody waits for it. Below the rate of <see cref="RateGauge"/> nobody does.
/// </summary>
internal sealed class Moderation : IThreadPoolWorkItem, IDisposable
{
    /// <summary>Ticks at which a connection may have brought nothing. Asking it is cheap, but a client may then be as quiet for long.</summary>
    public const int Patience = 8;

    /// <summary>Read loops at one tick from which on a second thread helps.</summary>
    private const int Many = 64;

    /// <summary>A handler of messages may hold up the thread of the ticks; then others go on without it.</summary>
    private static readonly TimeSpan Patrol = TimeSpan.FromMilliseconds(50);

    private readonly Lock gate = new();
    private readonly Queue<Pause> pausing = new();
    private readonly Queue<OutboundBuffer> deferred = new();
    private readonly TimeProvider time;
    private readonly TimeSpan interval;
    private readonly long span;
    private readonly ITimer timer;
    private readonly ITimer watch;
    private bool ticking;
    private long runs;
    private long ended;
    private long seen;

    public Moderation(TimeSpan interval, TimeProvider time)
    {
        (this.time, this.interval) = (time, interval);
        span = (long)(interval.TotalSeconds * time.TimestampFrequency);
        Rate = new RateGauge(time);
        timer = ReferenceEquals(time, TimeProvider.System)
            ? new TickTimer(Tick)
            : time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        watch = time.CreateTimer(_ => Watch(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public RateGauge Rate { get; }

    /// <summary>Whether anybody waits for a tick.</summary>
    public bool IsTicking
    {
        get
        {
            lock (gate) return ticking;
        }
    }

    /// <summary>Whether the work of a tick is not at its end.</summary>
    public bool IsHeldUp
    {
        get
        {
            lock (gate) return ended < runs;
        }
    }

    /// <summary>Whether a connection that is read so often is better read at the next tick. One that is quiet for longer would be
    /// asked in vain.</summary>
    /// <param name="sinceLast">Timestamps from its last read but one to the last.</param>
    public bool Pauses(long sinceLast) => span > 0 && Rate.IsBusy && sinceLast < Patience * span;

    /// <summary>Completes at the next tick.</summary>
    public ValueTask PauseAsync(Pause pause)
    {
        var ended = pause.Begin();
        lock (gate)
        {
            pausing.Enqueue(pause);
            Start();
        }

        return ended;
    }

    /// <summary>Lets what was appended wait for the next tick, if that is better.</summary>
    /// <returns>False when it is to be sent now.</returns>
    public bool TryDefer(OutboundBuffer outbound)
    {
        if (!Rate.IsBusy || span == 0 || !outbound.TryDefer(time.GetTimestamp(), span, out var isNew)) return false;
        if (!isNew) return true;
        lock (gate)
        {
            deferred.Enqueue(outbound);
            Start();
        }

        return true;
    }

    public void Dispose()
    {
        timer.Dispose();
        watch.Dispose();
    }

    void IThreadPoolWorkItem.Execute()
    {
        int readers;
        lock (gate) readers = pausing.Count;
        for (; readers > 0 && TryTake(pausing, out var pause); readers--) pause.End();
        while (TryTake(deferred, out var outbound)) outbound.PumpDeferred(time.GetTimestamp());
    }

    private void Start()
    {
        if (ticking) return;
        ticking = true;
        timer.Change(interval, interval);
        watch.Change(Patrol, Patrol);
    }

    private void Tick()
    {
        int readers;
        lock (gate)
        {
            readers = pausing.Count;
            if (readers + deferred.Count == 0)
            {
                ticking = false;
                timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                watch.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return;
            }

            runs++;
        }

        // On this thread: to wake another one would cost as much as the work.
        if (readers > Many) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        ((IThreadPoolWorkItem)this).Execute();
        lock (gate) ended++;
    }

    private void Watch()
    {
        lock (gate)
        {
            var hangs = ended < runs && runs == seen;
            seen = runs;
            if (!hangs || pausing.Count + deferred.Count == 0) return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool TryTake<T>(Queue<T> from, out T taken)
    {
        lock (gate) return from.TryDequeue(out taken!);
    }
}
