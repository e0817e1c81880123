using System.Net;

namespace Plantroom.Mqtt;

/// <summary>Counts of a broker since it was started.</summary>
/// <param name="Connections">Clients connected at the moment.</param>
/// <param name="Received">PUBLISH packets received.</param>
/// <param name="Sent">PUBLISH packets sent.</param>
/// <param name="Dropped">Messages that a subscriber did not get because its queue was full.</param>
/// <param name="ProtocolErrors">Connections ended for breaking the protocol or in the middle of a packet.</param>
public readonly record struct MqttBrokerStatistics(int Connections, long Received, long Sent, long Dropped, long ProtocolErrors)
{
    /// <summary>PUBLISH packets that were not taken, because the client may not publish to the topic.</summary>
    public long Unauthorized { get; init; }

    /// <summary>Bytes received from clients.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Bytes sent to clients.</summary>
    public long BytesSent { get; init; }

    /// <summary>Clients that were refused for a wrong or missing user name, password or certificate; also counted as protocol errors.</summary>
    public long FailedLogins { get; init; }

    /// <summary>Attempts to write to the file that have failed; they are repeated until they succeed.</summary>
    public long StoreFailures { get; init; }

    /// <summary>Bytes of messages that wait for all subscribers together, see <see cref="MqttBrokerOptions.MaximumQueuedBytes"/>.</summary>
    public long QueuedBytes { get; init; }

    /// <summary>Clients that were refused unseen, because too many logins had failed before.</summary>
    public long ThrottledLogins { get; init; }
}

/// <summary>A connection that was ended because of what it sent.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Client">The client id; empty before CONNECT was understood.</param>
/// <param name="Remote">Where it came from.</param>
/// <param name="ReasonCode">The MQTT 5.0 reason code that says what was wrong.</param>
/// <param name="Message">What was wrong, in words; nothing of the payload.</param>
public sealed record MqttProtocolError(DateTime At, string Client, EndPoint? Remote, byte ReasonCode, string Message);
