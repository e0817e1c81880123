using System.Buffers.Binary;
using System.Text;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt;

/// <summary>
/// What travels with a received message in MQTT 5.0: a view of the receive buffer, valid as long as its <see cref="MqttMessage"/>. Looks a
/// property up each time it is asked for; most messages have none.
/// </summary>
/// <param name="raw">The properties as they came, checked, without their length.</param>
public readonly ref struct MqttProperties(ReadOnlySpan<byte> raw)
{
    private readonly ReadOnlySpan<byte> raw = raw;

    /// <summary>All properties as they are on the wire (MQTT 5.0 section 2.2.2), without their length.</summary>
    public ReadOnlySpan<byte> Raw => raw;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => raw.IsEmpty;

    /// <summary>For how long the message is still of worth; null for ever.</summary>
    public TimeSpan? Expiry => Find(Property.MessageExpiryInterval, out var at) ? TimeSpan.FromSeconds(at.Number) : null;

    /// <summary>Whether the sender says that the payload is UTF-8 text.</summary>
    public bool PayloadIsText => Find(Property.PayloadFormatIndicator, out var at) && at.Number == 1;

    /// <summary>What the payload is, UTF-8; empty for no word.</summary>
    public ReadOnlySpan<byte> ContentType => Find(Property.ContentType, out var at) ? at.Bytes : default;

    /// <summary>Where an answer is expected, UTF-8; empty for nowhere.</summary>
    public ReadOnlySpan<byte> ResponseTopic => Find(Property.ResponseTopic, out var at) ? at.Bytes : default;

    /// <summary>What the answer has to carry; empty for none.</summary>
    public ReadOnlySpan<byte> CorrelationData => Find(Property.CorrelationData, out var at) ? at.Bytes : default;

    /// <summary>The identifiers of the subscriptions that it matches; allocates.</summary>
    public IReadOnlyList<int> SubscriptionIdentifiers()
    {
        var found = new List<int>();
        var reader = new PropertyReader(raw, Properties.InPublish);
        while (reader.Next())
        {
            if (reader.Id == Property.SubscriptionIdentifier) found.Add((int)reader.Number);
        }

        return found;
    }

    /// <summary>The sender's own names and values, in order; allocates.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties()
    {
        var found = new List<KeyValuePair<string, string>>();
        var reader = new PropertyReader(raw, Properties.InPublish);
        while (reader.Next())
        {
            if (reader.Id != Property.UserProperty) continue;
            var name = reader.RawProperty.Slice(3, BinaryPrimitives.ReadUInt16BigEndian(reader.RawProperty[1..]));
            found.Add(new(Encoding.UTF8.GetString(name), reader.Text));
        }

        return found;
    }

    private bool Find(Property property, out PropertyReader at)
    {
        at = new PropertyReader(raw, Properties.InPublish);
        while (at.Next())
        {
            if (at.Id == property) return true;
        }

        return false;
    }
}
