using System.Threading.Channels;

namespace Plantroom.TestKit;

/// <summary>A manual clock that tells when one of its timers was set, so that a test can wait for the file system without sleeping.</summary>
public sealed class ArmedClock : TimeProvider
{
    private readonly Channel<bool> armed = Channel.CreateBounded<bool>(1000);

    /// <summary>The clock that the test moves.</summary>
    public ManualClock Manual { get; } = new();

    public override long TimestampFrequency => Manual.TimestampFrequency;

    /// <summary>Waits until a timer was set again; each time counts once.</summary>
    public async Task Armed(CancellationToken cancellationToken = default) => await armed.Reader.ReadAsync(cancellationToken);

    public override DateTimeOffset GetUtcNow() => Manual.GetUtcNow();

    public override long GetTimestamp() => Manual.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(this, Manual.CreateTimer(callback, state, dueTime, period));

    private sealed class Timer(ArmedClock clock, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = inner.Change(dueTime, period);
            clock.armed.Writer.TryWrite(true);
            return changed;
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
