using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>What a broker of the suite wants to be told.</summary>
internal static class Credentials
{
    public static ConnectPacket As(this ConnectPacket connect, BrokerPeer broker) =>
        broker.UserName is null ? connect : connect with { UserName = broker.UserName, Password = "x"u8.ToArray() };
}
