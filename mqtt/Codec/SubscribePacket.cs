namespace Plantroom.Mqtt.Codec;

/// <summary>One topic filter that is asked for.</summary>
internal readonly record struct TopicRequest(
    string Filter, MqttQos Qos, bool NoLocal = false, bool RetainAsPublished = false, MqttRetainHandling Retained = MqttRetainHandling.Send)
{
    public byte Options =>
        (byte)((byte)Qos | (NoLocal ? 4 : 0) | (RetainAsPublished ? 8 : 0) | (byte)Retained << 4);
}

/// <summary>
/// A request for topics (MQTT 5.0 section 3.8): <c>packet id │ properties (5.0) │ { filter │ options }+</c>, where the options are
/// <c>7-6 reserved │ 5-4 retain handling │ 3 retain as published │ 2 no local │ 1-0 QoS</c>, in 3.1.1 the QoS only.
/// </summary>
internal sealed record SubscribePacket(ushort PacketId, IReadOnlyList<TopicRequest> Topics, uint SubscriptionId = 0)
{
    public static SubscribePacket Read(ReadOnlySpan<byte> body, MqttProtocolVersion version)
    {
        var reader = new PacketReader(body);
        var id = reader.PacketId();
        uint subscriptionId = 0;
        if (version == MqttProtocolVersion.V50)
        {
            var properties = new PropertyReader(ref reader, Properties.InSubscribe);
            while (properties.Next())
            {
                if (properties.Id == Property.SubscriptionIdentifier) subscriptionId = properties.Number;
            }
        }

        var topics = new List<TopicRequest>();
        while (!reader.IsEmpty) topics.Add(ReadTopic(reader.Text(), reader.Byte(), version));
        if (topics.Count == 0) Broken.Protocol("a SUBSCRIBE without a topic filter");
        return new SubscribePacket(id, topics, subscriptionId);
    }

    public byte[] Write(MqttProtocolVersion version)
    {
        var builder = new PacketBuilder().UInt16(PacketId);
        if (version == MqttProtocolVersion.V50)
            builder.Properties(new PacketBuilder().NumberUnless(Property.SubscriptionIdentifier, SubscriptionId, 0));
        foreach (var topic in Topics)
            builder.Text(topic.Filter).Byte(version == MqttProtocolVersion.V50 ? topic.Options : (byte)topic.Qos);
        return builder.Build(PacketType.Subscribe, 2);
    }

    private static TopicRequest ReadTopic(string filter, byte options, MqttProtocolVersion version)
    {
        var reserved = version == MqttProtocolVersion.V50 ? 0xC0 : 0xFC;
        if ((options & reserved) != 0) Broken.Packet("a reserved bit of the subscription options is set");
        if ((options & 3) == 3) Broken.Protocol("a subscription asks for QoS 3");
        if ((options >> 4 & 3) == 3) Broken.Protocol("a subscription asks for retain handling 3");
        return new TopicRequest(
            filter, (MqttQos)(options & 3), (options & 4) != 0, (options & 8) != 0, (MqttRetainHandling)(options >> 4 & 3));
    }
}
