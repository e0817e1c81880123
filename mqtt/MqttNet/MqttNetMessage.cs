using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.MqttNet;

/// <summary>A message in the form that handlers are given, made from one that MQTTnet has taken apart.</summary>
internal sealed record MqttNetMessage(
    ReadOnlyMemory<byte> Topic, ReadOnlyMemory<byte> Payload, byte[] Properties, MqttQos Qos, bool Retain, bool Duplicate)
{
    /// <summary>From a PUBLISH, or the message that MQTTnet has made from one.</summary>
    public static MqttNetMessage Of(MqttApplicationMessage message) => new(
        Encoding.UTF8.GetBytes(message.Topic),
        message.Payload.IsSingleSegment ? message.Payload.First : message.Payload.ToArray(),
        RawProperties(message),
        (MqttQos)message.QualityOfServiceLevel,
        message.Retain,
        message.Dup);

    /// <summary>The message for MQTTnet to send.</summary>
    public static MqttApplicationMessage ToSend(MqttPublication publication)
    {
        var properties = publication.Properties ?? new MqttPublicationProperties();
        return new MqttApplicationMessage
        {
            Topic = publication.Topic,
            Payload = new ReadOnlySequence<byte>(publication.Payload),
            QualityOfServiceLevel = (MqttQualityOfServiceLevel)publication.Qos,
            Retain = publication.Retain,
            MessageExpiryInterval = properties.Expiry is { } expiry ? Seconds(expiry) : 0,
            PayloadFormatIndicator = properties.PayloadIsText ? MqttPayloadFormatIndicator.CharacterData : MqttPayloadFormatIndicator.Unspecified,
            ContentType = properties.ContentType,
            ResponseTopic = properties.ResponseTopic,
            CorrelationData = properties.CorrelationData?.ToArray(),
            UserProperties = UserProperties(properties.UserProperties),
        };
    }

    public static List<MqttUserProperty> UserProperties(IEnumerable<KeyValuePair<string, string>> properties) =>
        [.. properties.Select(p => new MqttUserProperty(p.Key, Encoding.UTF8.GetBytes(p.Value).AsMemory()))];

    /// <summary>The message as handlers are called with it.</summary>
    public PublishPacket View() => new()
    {
        Topic = Topic.Span,
        Payload = Payload.Span,
        Properties = Properties,
        Qos = Qos,
        Retain = Retain,
        Duplicate = Duplicate,
    };

    private static byte[] RawProperties(MqttApplicationMessage message)
    {
        var builder = new PacketBuilder();
        if (message.PayloadFormatIndicator != MqttPayloadFormatIndicator.Unspecified) builder.Number(Property.PayloadFormatIndicator, 1);
        if (message.MessageExpiryInterval != 0) builder.Number(Property.MessageExpiryInterval, message.MessageExpiryInterval);
        builder.TextIfAny(Property.ContentType, message.ContentType).TextIfAny(Property.ResponseTopic, message.ResponseTopic);
        if (message.CorrelationData is { } data) builder.Byte((byte)Property.CorrelationData).Binary(data);
        foreach (var identifier in message.SubscriptionIdentifiers ?? []) builder.Number(Property.SubscriptionIdentifier, identifier);
        foreach (var property in message.UserProperties ?? [])
            builder.Byte((byte)Property.UserProperty).Text(property.Name).Binary(property.ValueBuffer.Span);
        return builder.Written.ToArray();
    }

    private static uint Seconds(TimeSpan expiry) => (uint)Math.Clamp(Math.Ceiling(expiry.TotalSeconds), 1, uint.MaxValue);
}
