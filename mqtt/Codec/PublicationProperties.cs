namespace Plantroom.Mqtt.Codec;

/// <summary>Writes what travels with a message that is published here.</summary>
internal static class PublicationProperties
{
    /// <summary>The properties as they are on the wire, without their length.</summary>
    /// <exception cref="ArgumentException">A value cannot be sent.</exception>
    public static byte[] Write(MqttPublicationProperties? properties)
    {
        if (properties is null) return [];
        var builder = new PacketBuilder();
        if (properties.PayloadIsText) builder.Number(Property.PayloadFormatIndicator, 1);
        if (properties.Expiry is { } expiry) builder.Number(Property.MessageExpiryInterval, Seconds(expiry));
        WriteText(builder, Property.ContentType, properties.ContentType);
        if (properties.ResponseTopic is { } topic && !Topics.TopicRules.TryEncodeName(topic, out _))
            throw new ArgumentException($"The response topic '{topic}' is not a valid topic name.", nameof(properties));
        WriteText(builder, Property.ResponseTopic, properties.ResponseTopic);
        if (properties.CorrelationData is { } data)
        {
            if (data.Length > ushort.MaxValue) throw new ArgumentException("The correlation data is longer than 65,535 bytes.", nameof(properties));
            builder.Byte((byte)Property.CorrelationData).Binary(data.Span);
        }

        foreach (var (name, value) in properties.UserProperties)
            builder.Byte((byte)Property.UserProperty).Binary(Encode(name)).Binary(Encode(value));
        return builder.Written.ToArray();
    }

    private static uint Seconds(TimeSpan expiry) => (uint)Math.Clamp(Math.Ceiling(expiry.TotalSeconds), 1, uint.MaxValue);

    private static void WriteText(PacketBuilder builder, Property property, string? text)
    {
        if (text is not null) builder.Byte((byte)property).Binary(Encode(text));
    }

    private static byte[] Encode(string text) => Topics.TopicRules.TryEncodeText(text, out var bytes)
        ? bytes
        : throw new ArgumentException("A text is longer than 65,535 bytes, holds U+0000 or half a surrogate pair.");
}
