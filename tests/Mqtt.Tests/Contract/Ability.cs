namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>What a client or broker of the suite may lack. Whoever lacks something says why, and the cases that need it are skipped.</summary>
public enum Ability
{
    /// <summary>MQTT 5.0 at all.</summary>
    Version5,

    /// <summary>QoS 2.</summary>
    ExactlyOnce,

    /// <summary>QoS 2 stays exactly once when the connection is lost in between.</summary>
    ExactlyOnceAcrossConnections,

    /// <summary><c>$share</c>.</summary>
    SharedSubscriptions,

    /// <summary>The interval of a message counts down, and a message that is over is not sent.</summary>
    MessageExpiry,

    /// <summary>A will that waits for its client.</summary>
    WillDelay,

    /// <summary>A topic with a first $ may be published to by anybody.</summary>
    DollarTopics,

    /// <summary>A wildcard of a retained message's filter, and its removal, work as written in the standard.</summary>
    RetainedWildcards,

    /// <summary>What the client's handler does not take in time is not read from the socket either.</summary>
    HeldBackReading,

    /// <summary>An empty client id of a 3.1.1 client is taken with clean session.</summary>
    EmptyClientId311,

    /// <summary>The client's Receive Maximum is kept to.</summary>
    ReceiveMaximum,

    /// <summary>A client that breaks the protocol is told why before the connection ends.</summary>
    SaysWhatWasWrong,

    /// <summary>DISCONNECT with reason 0x04 publishes the will.</summary>
    DisconnectWithWill,

    /// <summary>Topic aliases from the client to the broker.</summary>
    TopicAlias,

    /// <summary>Acknowledged out of order, the messages are reported to the broker in the order of receipt.</summary>
    OrderedAcknowledgements,
}
