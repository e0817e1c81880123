using Plantroom.TestKit;

namespace Plantroom.Dashboard.Tests.Live;

/// <summary>A manual clock whose time of day can be set back; its timers run on, as those of a computer do.</summary>
internal sealed class SetBackClock(ManualClock clock) : TimeProvider
{
    private TimeSpan behind;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public void SetBack(TimeSpan by) => behind += by;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() - behind;

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);
}
