namespace Plantroom.Mqtt.Codec;

/// <summary>Identifiers of properties (MQTT 5.0 section 2.2.2.2).</summary>
internal enum Property : byte
{
    PayloadFormatIndicator = 0x01,
    MessageExpiryInterval = 0x02,
    ContentType = 0x03,
    ResponseTopic = 0x08,
    CorrelationData = 0x09,
    SubscriptionIdentifier = 0x0B,
    SessionExpiryInterval = 0x11,
    AssignedClientIdentifier = 0x12,
    ServerKeepAlive = 0x13,
    AuthenticationMethod = 0x15,
    AuthenticationData = 0x16,
    RequestProblemInformation = 0x17,
    WillDelayInterval = 0x18,
    RequestResponseInformation = 0x19,
    ResponseInformation = 0x1A,
    ServerReference = 0x1C,
    ReasonString = 0x1F,
    ReceiveMaximum = 0x21,
    TopicAliasMaximum = 0x22,
    TopicAlias = 0x23,
    MaximumQos = 0x24,
    RetainAvailable = 0x25,
    UserProperty = 0x26,
    MaximumPacketSize = 0x27,
    WildcardSubscriptionAvailable = 0x28,
    SubscriptionIdentifierAvailable = 0x29,
    SharedSubscriptionAvailable = 0x2A,
}

/// <summary>How the value of a property is written.</summary>
internal enum PropertyForm : byte
{
    Byte,
    UInt16,
    UInt32,
    VariableByteInteger,
    Text,
    Binary,
    Pair,
}

/// <summary>Which properties may stand where, and in which form.</summary>
internal static class Properties
{
    private const ulong Acknowledgement =
        1UL << (int)Property.ReasonString | 1UL << (int)Property.UserProperty;

    private const ulong Message =
        1UL << (int)Property.PayloadFormatIndicator | 1UL << (int)Property.MessageExpiryInterval
        | 1UL << (int)Property.ContentType | 1UL << (int)Property.ResponseTopic | 1UL << (int)Property.CorrelationData
        | 1UL << (int)Property.UserProperty;

    /// <summary>A set of properties, a bit each; all identifiers are below 64.</summary>
    public const ulong InConnect =
        1UL << (int)Property.SessionExpiryInterval | 1UL << (int)Property.ReceiveMaximum
        | 1UL << (int)Property.MaximumPacketSize | 1UL << (int)Property.TopicAliasMaximum
        | 1UL << (int)Property.RequestResponseInformation | 1UL << (int)Property.RequestProblemInformation
        | 1UL << (int)Property.UserProperty | 1UL << (int)Property.AuthenticationMethod
        | 1UL << (int)Property.AuthenticationData;

    public const ulong InConnack =
        1UL << (int)Property.SessionExpiryInterval | 1UL << (int)Property.ReceiveMaximum | 1UL << (int)Property.MaximumQos
        | 1UL << (int)Property.RetainAvailable | 1UL << (int)Property.MaximumPacketSize
        | 1UL << (int)Property.AssignedClientIdentifier | 1UL << (int)Property.TopicAliasMaximum
        | 1UL << (int)Property.ReasonString | 1UL << (int)Property.UserProperty
        | 1UL << (int)Property.WildcardSubscriptionAvailable | 1UL << (int)Property.SubscriptionIdentifierAvailable
        | 1UL << (int)Property.SharedSubscriptionAvailable | 1UL << (int)Property.ServerKeepAlive
        | 1UL << (int)Property.ResponseInformation | 1UL << (int)Property.ServerReference
        | 1UL << (int)Property.AuthenticationMethod | 1UL << (int)Property.AuthenticationData;

    public const ulong InWill =
        Message | 1UL << (int)Property.WillDelayInterval;

    public const ulong InPublish =
        Message | 1UL << (int)Property.TopicAlias | 1UL << (int)Property.SubscriptionIdentifier;

    public const ulong InAcknowledgement = Acknowledgement;

    public const ulong InSubscribe =
        1UL << (int)Property.SubscriptionIdentifier | 1UL << (int)Property.UserProperty;

    public const ulong InUnsubscribe =
        1UL << (int)Property.UserProperty;

    public const ulong InDisconnect =
        Acknowledgement | 1UL << (int)Property.SessionExpiryInterval | 1UL << (int)Property.ServerReference;

    public const ulong InAuth =
        Acknowledgement | 1UL << (int)Property.AuthenticationMethod | 1UL << (int)Property.AuthenticationData;

    public static PropertyForm FormOf(Property property) => property switch
    {
        Property.SubscriptionIdentifier => PropertyForm.VariableByteInteger,
        Property.UserProperty => PropertyForm.Pair,
        Property.CorrelationData or Property.AuthenticationData => PropertyForm.Binary,
        Property.ServerKeepAlive or Property.ReceiveMaximum or Property.TopicAliasMaximum or Property.TopicAlias => PropertyForm.UInt16,
        Property.MessageExpiryInterval or Property.SessionExpiryInterval or Property.WillDelayInterval
            or Property.MaximumPacketSize => PropertyForm.UInt32,
        Property.PayloadFormatIndicator or Property.RequestProblemInformation or Property.RequestResponseInformation
            or Property.MaximumQos or Property.RetainAvailable or Property.WildcardSubscriptionAvailable
            or Property.SubscriptionIdentifierAvailable or Property.SharedSubscriptionAvailable => PropertyForm.Byte,
        _ => PropertyForm.Text,
    };

    public static bool MayRepeat(Property property, ulong place) =>
        property == Property.UserProperty || (property == Property.SubscriptionIdentifier && place == InPublish);

    public static bool Contains(ulong place, byte identifier) => identifier < 64 && (place >> identifier & 1) != 0;
}
