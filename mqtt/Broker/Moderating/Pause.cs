using System.Threading.Tasks.Sources;

namespace Plantroom.Mqtt.Broker.Moderating;

/// <summary>What a read loop waits with for the next tick, again and again. It goes on within <see cref="End"/>, without a change of
/// threads.</summary>
internal sealed class Pause : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> core;

    /// <summary>A new wait. The one before it must have ended.</summary>
    public ValueTask Begin()
    {
        core.Reset();
        return new(this, core.Version);
    }

    public void End() => core.SetResult(true);

    void IValueTaskSource.GetResult(short token) => core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);
}
