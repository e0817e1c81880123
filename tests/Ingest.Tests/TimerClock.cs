using Plantroom.TestKit;

namespace Plantroom.Ingest.Tests;

/// <summary>A manual clock that tells when somebody starts to wait for it, so that a test moves it neither too early nor in a loop.</summary>
internal sealed class TimerClock : TimeProvider, IDisposable
{
    private readonly ManualClock clock = new();
    private readonly SemaphoreSlim armed = new(0);

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public void Advance(TimeSpan by) => clock.Advance(by);

    public Task TimerArmedAsync() => armed.WaitAsync(TestContext.Current.CancellationToken);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = clock.CreateTimer(callback, state, dueTime, period);
        armed.Release();
        return timer;
    }

    public void Dispose() => armed.Dispose();
}
