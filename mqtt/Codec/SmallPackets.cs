namespace Plantroom.Mqtt.Codec;

/// <summary>The packets without a body.</summary>
internal static class SmallPackets
{
    public static ReadOnlySpan<byte> Pingreq => [0xC0, 0];

    public static ReadOnlySpan<byte> Pingresp => [0xD0, 0];

    /// <summary>Checks the lower four bits of a packet's first byte (MQTT 5.0 section 2.1.3); those of PUBLISH have a meaning.</summary>
    public static void CheckFlags(byte header)
    {
        var type = (PacketType)(header >> 4);
        var expected = type is PacketType.Pubrel or PacketType.Subscribe or PacketType.Unsubscribe ? 2 : 0;
        if (type != PacketType.Publish && (header & 0xF) != expected) Broken.Packet($"the flags of {type} are not as they must be");
    }
}
