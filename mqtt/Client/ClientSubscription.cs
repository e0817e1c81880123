using System.Text;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Client;

/// <summary>A topic filter, its handler, and whether the broker knows of it.</summary>
internal sealed class ClientSubscription(string filter, MqttQos qos, MqttHandler handler)
{
    private readonly TaskCompletionSource granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LocalSubscription Local { get; } = new(filter, handler);

    /// <summary>What topics are matched with: without the group of a shared subscription.</summary>
    public byte[] Filter { get; } =
        Encoding.UTF8.GetBytes(filter.StartsWith("$share/", StringComparison.Ordinal) ? filter[(filter.IndexOf('/', 7) + 1)..] : filter);

    public TopicRequest Request => new(filter, qos);

    /// <summary>The SUBSCRIBE that it waits for; 0 when the broker has granted it.</summary>
    public ushort PacketId { get; set; }

    public Task Granted => granted.Task;

    /// <returns>False when the broker refused it.</returns>
    public bool Complete(byte reason)
    {
        PacketId = 0;
        if (reason < Reason.Unspecified) return granted.TrySetResult() || true;
        Fail(new MqttException($"The broker refused the subscription to '{filter}' (0x{reason:X2}).", reason));
        return false;
    }

    public void Fail(MqttException exception)
    {
        granted.TrySetException(exception);

        // Whoever subscribed may have stopped waiting for it.
        _ = granted.Task.Exception;
    }
}
