using System.Text.Json.Serialization;

namespace Plantroom.Gateway;

/// <summary>Why something that a device sent was not taken. The names are part of the interface.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RejectReason>))]
public enum RejectReason
{
    /// <summary>The payload is longer than <c>Gateway:MaxPayload</c>.</summary>
    PayloadTooLarge,

    /// <summary>The topic is not <c>plantroom/v1/in/site/equipment</c> or <c>plantroom/v1/in/site/equipment/point</c>.</summary>
    UnknownTopic,

    /// <summary>The site model does not have the site, the equipment or the point.</summary>
    UnknownPoint,

    /// <summary>Not UTF-8, not JSON, without <c>values</c>, a key twice, too many values, or a time that is not one.</summary>
    MalformedPayload,

    /// <summary>A retained message that does not say its time: nobody knows how old it is.</summary>
    RetainedWithoutTime,

    /// <summary>From further in the future than <c>Gateway:MaxFuture</c>.</summary>
    TimeInFuture,

    /// <summary>Older than <c>Gateway:MaxAge</c>.</summary>
    TimeTooOld,

    /// <summary>Not a kind of value that the point can have.</summary>
    WrongType,

    /// <summary>Not a number, or too large to be one.</summary>
    NotFinite,

    /// <summary>Arrived while the gateway was being stopped. Not acknowledged, so a QoS 1 sender sends it again.</summary>
    Stopping,
}
