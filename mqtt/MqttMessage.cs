namespace Plantroom.Mqtt;

/// <summary>
/// A message as it is handed to a handler: a view of the receive buffer, valid only until the handler's call returns (not until the
/// task it returns completes). A handler copies what it wants to keep.
/// </summary>
public readonly ref struct MqttMessage
{
    /// <summary>The topic, UTF-8, without wildcards.</summary>
    public required ReadOnlySpan<byte> Topic { get; init; }

    /// <summary>The payload.</summary>
    public required ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The quality of service of the delivery.</summary>
    public MqttQos Qos { get; init; }

    /// <summary>Whether it is a retained message that was already there when the subscription was made.</summary>
    public bool Retain { get; init; }

    /// <summary>Whether the sender says that it may have sent it before.</summary>
    public bool Duplicate { get; init; }

    /// <summary>What travels with it; empty over a 3.1.1 connection.</summary>
    public MqttProperties Properties { get; init; }

    /// <summary>
    /// The acknowledgement that the handler owes. The handler completes it exactly once, at once or later and from any thread, when the
    /// message is safe; only then does the sender get its PUBACK. Does nothing for QoS 0.
    /// </summary>
    public MqttAcknowledgement Acknowledgement { get; init; }
}

/// <summary>An acknowledgement that is still owed. A value over the connection that owes it, so that owing allocates nothing.</summary>
/// <param name="debtor">Who sends the acknowledgement; null when none is owed.</param>
/// <param name="token">Which message, in the debtor's own numbering.</param>
public readonly struct MqttAcknowledgement(IMqttDebtor? debtor, long token)
{
    /// <summary>Whether an acknowledgement is owed at all.</summary>
    public bool IsOwed => debtor is not null;

    /// <summary>Who sends the acknowledgement.</summary>
    public IMqttDebtor? Debtor => debtor;

    /// <summary>Which message, in the debtor's own numbering.</summary>
    public long Token => token;

    /// <summary>Says that the message is safe.</summary>
    public void Complete() => debtor?.Acknowledge(token);
}

/// <summary>A connection that owes acknowledgements. It sends them in the order in which the messages came (MQTT 5.0 section 4.6),
/// whatever the order in which they are completed.</summary>
public interface IMqttDebtor
{
    /// <summary>Marks one message as safe. From any thread; does nothing when the connection is gone.</summary>
    void Acknowledge(long token);
}

/// <summary>
/// Takes a message. Runs on the connection's read loop: the next message of that connection is read when the returned task completes,
/// so a handler slows its sender by completing late.
/// </summary>
/// <param name="message">A view; see <see cref="MqttMessage"/>.</param>
public delegate ValueTask MqttHandler(in MqttMessage message);
