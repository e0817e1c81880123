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

    /// <summary>It stays exactly once when a connection is lost while the one before it is still being made up for.</summary>
    ExactlyOnceWhileResuming,

    /// <summary>What comes for the first time comes in order, also while connections break.</summary>
    OrderOverBrokenConnections,

    /// <summary><c>$share</c>.</summary>
    SharedSubscriptions,

    /// <summary>The interval of a message counts down, and a message that is over is not sent.</summary>
    MessageExpiry,

    /// <summary>A will that waits for its client.</summary>
    WillDelay,

    /// <summary>A topic with a first $ may be published to by anybody.</summary>
    DollarTopics,

    /// <summary>An empty client id of a 3.1.1 client that wants its session kept is refused.</summary>
    RefusalOfNoClientId,

    /// <summary>The client's Receive Maximum is kept to.</summary>
    ReceiveMaximum,

    /// <summary>The client's Receive Maximum is kept to also after the first acknowledgement.</summary>
    ReceiveMaximumThroughout,

    /// <summary>A wildcard level matches an empty level.</summary>
    EmptyLevels,

    /// <summary>A message that is delivered again says so.</summary>
    DuplicateFlag,

    /// <summary>A session that is not kept ends when its client's connection is taken over.</summary>
    EndOfTakenOverSession,

    /// <summary>A step of QoS 2 that is repeated is answered again.</summary>
    RepeatedAnswers,

    /// <summary>UNSUBACK says when there was nothing to end.</summary>
    UnsubscribeReasons,

    /// <summary>The reasons of SUBACK stand in the order of the filters.</summary>
    OrderedSuback,

    /// <summary>Topic aliases from the client to the broker.</summary>
    TopicAlias,

    /// <summary>A client may ask for its will when it disconnects (0x04).</summary>
    DisconnectWithWill,

    /// <summary>A client that is silent for longer than its keep-alive is ended.</summary>
    KeepAlive,
}
