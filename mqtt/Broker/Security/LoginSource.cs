using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Plantroom.Mqtt.Broker.Security;

/// <summary>From where, and as whom, somebody logs in: as numbers of fixed size, because both are chosen by the client.</summary>
/// <param name="Address">An IPv4 address, or the network of an IPv6 address: who has one such address has 2^64 of them.</param>
/// <param name="User">The user name.</param>
/// <param name="Pair">Both together.</param>
internal readonly record struct LoginSource(UInt128 Address, UInt128 User, UInt128 Pair)
{
    public static LoginSource Of(MqttLogin login)
    {
        var address = Network(login.Peer.Remote);
        var user = Encoding.UTF8.GetBytes(login.UserName ?? "");
        return new(Digest([0, .. address]), Digest([1, .. user]), Digest([2, (byte)address.Length, .. address, .. user]));
    }

    private static byte[] Network(EndPoint? remote)
    {
        if (remote is not IPEndPoint { Address: var address }) return [];
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetworkV6 && !IPAddress.IsLoopback(address) ? bytes[..8] : bytes;
    }

    private static UInt128 Digest(ReadOnlySpan<byte> text) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(text));
}
