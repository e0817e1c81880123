using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>Packets that a connected client of 5.0 may not send.</summary>
public static class ForbiddenPackets
{
    internal static readonly Dictionary<string, byte[]> All = new()
    {
        ["a second CONNECT"] = new ConnectPacket { ClientId = "again" }.Write(),
        ["a packet of the broker"] = [0x20, 0x03, 0x00, 0x00, 0x00],
        ["a reserved packet type"] = [0x00, 0x00],
        ["a length without end"] = [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        ["a PUBLISH of QoS 3"] = [0x36, 0x05, 0x00, 0x01, (byte)'a', 0x00, 0x01],
        ["a SUBSCRIBE with wrong flags"] = [0x80, 0x07, 0x00, 0x01, 0x00, 0x00, 0x01, (byte)'a', 0x00],
        ["a topic name with a wildcard"] = [0x30, 0x04, 0x00, 0x01, (byte)'#', 0x00],
    };

    public static TheoryData<string> Names { get; } = [.. All.Keys];
}
