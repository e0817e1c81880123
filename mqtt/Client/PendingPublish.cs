using System.Buffers;
using System.Threading.Tasks.Sources;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Client;

/// <summary>
/// A message that the broker has not acknowledged: a view of what the caller gave until it has a packet identifier, and from then on a
/// copy. It is the task that the caller awaits as well, and used again after that, so that publishing allocates nothing.
/// </summary>
internal sealed class PendingPublish(OutgoingMessages owner) : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration cancellation;
    private Publication message;
    private byte[] copy = [];
    private int settled;
    private bool mayBeReused;

    /// <summary>Its neighbours in <see cref="PublishQueue"/>.</summary>
    public PendingPublish? Before { get; set; }

    public PendingPublish? After { get; set; }

    public bool IsWaiting { get; set; }

    /// <summary>Its place in the offline queue; null when a caller waits for it.</summary>
    public QueuedMessage? Queued { get; private set; }

    public MqttQos Qos => message.Qos;

    public bool Retain => message.Retain;

    public void Begin(in Publication publication, QueuedMessage? queued = null)
    {
        core.Reset();
        (message, Queued, settled, mayBeReused) = (publication, queued, 0, false);
    }

    /// <summary>What the caller awaits.</summary>
    public ValueTask AsTask(CancellationToken cancellationToken)
    {
        var task = new ValueTask(this, core.Version);
        if (cancellationToken.CanBeCanceled)
            cancellation = cancellationToken.UnsafeRegister(static (state, token) => ((PendingPublish)state!).Cancel(token), this);
        return task;
    }

    /// <summary>Copies what the caller gave, which is not looked at any more.</summary>
    public void Copy()
    {
        if (Queued is not null) return;
        var payload = message.Payload.Span;
        copy = ArrayPool<byte>.Shared.Rent(payload.Length);
        payload.CopyTo(copy);
        message = message with { Payload = copy.AsMemory(0, payload.Length) };
    }

    public PublishPacket View(DateTimeOffset now) => Queued is not null
        ? Queued.Message.View(now)
        : new PublishPacket { Topic = message.Topic, Payload = message.Payload.Span, Properties = message.Properties };

    /// <summary>The payload is not needed any more.</summary>
    public void Release()
    {
        if (copy.Length > 0) ArrayPool<byte>.Shared.Return(copy);
        copy = [];
        message = message with { Payload = default };
    }

    /// <summary>The exchange with the broker is over. Nobody but the caller holds it any more.</summary>
    /// <param name="exception">Why the broker has not got it; null when it has.</param>
    public void Complete(MqttException? exception)
    {
        if (Interlocked.Exchange(ref settled, 1) != 0) return;
        mayBeReused = true;
        if (exception is null) core.SetResult(true);
        else core.SetException(exception);
    }

    public void GetResult(short token)
    {
        try
        {
            core.GetResult(token);
        }
        finally
        {
            cancellation.Dispose();
            cancellation = default;
            if (mayBeReused) owner.Reuse(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (Interlocked.Exchange(ref settled, 1) != 0) return;

        // The caller may use the payload again from here on. What has a packet identifier was copied, and stays until acknowledged.
        owner.Leave(this);
        core.SetException(new OperationCanceledException(token));
    }
}
