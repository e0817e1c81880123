using System.Diagnostics.CodeAnalysis;

namespace Plantroom.Mqtt.Codec;

/// <summary>Ends the reading of a packet that is not as it should be; the connection that it came from is then closed.</summary>
internal static class Broken
{
    /// <summary>The bytes cannot be read as a packet (reason code 0x81).</summary>
    [DoesNotReturn]
    public static void Packet(string what) => throw new MqttException(what, Reason.MalformedPacket);

    /// <summary>The packet can be read, but may not be sent, or not now (reason code 0x82).</summary>
    [DoesNotReturn]
    public static void Protocol(string what) => throw new MqttException(what, Reason.ProtocolError);
}
