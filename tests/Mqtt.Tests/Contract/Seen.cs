using System.Text;

namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>A message that a handler was given, copied.</summary>
internal sealed record Seen(string Topic, byte[] Bytes, MqttQos Qos, bool Retain, bool Duplicate, MqttAcknowledgement Acknowledgement)
{
    public string Payload => Encoding.UTF8.GetString(Bytes);

    public bool HasProperties { get; private init; }

    public TimeSpan? Expiry { get; private init; }

    public bool PayloadIsText { get; private init; }

    public string ContentType { get; private init; } = "";

    public string ResponseTopic { get; private init; } = "";

    public byte[] CorrelationData { get; private init; } = [];

    public IReadOnlyList<int> Identifiers { get; private init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; private init; } = [];

    public static Seen Of(in MqttMessage message) => new(
        Encoding.UTF8.GetString(message.Topic), message.Payload.ToArray(), message.Qos, message.Retain, message.Duplicate,
        message.Acknowledgement)
    {
        HasProperties = !message.Properties.IsEmpty,
        Expiry = message.Properties.Expiry,
        PayloadIsText = message.Properties.PayloadIsText,
        ContentType = Encoding.UTF8.GetString(message.Properties.ContentType),
        ResponseTopic = Encoding.UTF8.GetString(message.Properties.ResponseTopic),
        CorrelationData = message.Properties.CorrelationData.ToArray(),
        Identifiers = message.Properties.SubscriptionIdentifiers(),
        UserProperties = message.Properties.UserProperties(),
    };
}
