using System.Globalization;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Transport;
using Property = Plantroom.Mqtt.Codec.Property;

namespace Plantroom.Mqtt.Tests.Codec;

/// <summary>
/// Packets with mutations: whatever the bytes, the decoder says that they are broken or understands them, and takes no more memory than
/// the bytes are worth. <c>PLANTROOM_FUZZ=50000000</c> runs for longer than a test should.
/// </summary>
public sealed class DecoderFuzzTests
{
    private const int Limit = 64 * 1024;

    /// <summary>Bytes that a decoder may allocate for each byte of a packet, plus those for each packet: a list of filters is the worst,
    /// where five bytes become a string and an entry.</summary>
    private const int PerByte = 64, PerPacket = 2048;

    private static readonly int Packets =
        int.Parse(Environment.GetEnvironmentVariable("PLANTROOM_FUZZ") ?? "2000000", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void MutatedPackets_AreUnderstoodOrRefused_AndNothingElse(int seed)
    {
        var random = new Random(seed);
        var seeds = Seeds();
        var scratch = new byte[8 * 1024];
        var (understood, refused) = (0, 0);
        for (var i = 0; i < Packets / 2; i++)
        {
            var packet = scratch.AsSpan(0, Mutate(random, seeds, scratch));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                if (Decode(packet, (i & 1) == 0 ? MqttProtocolVersion.V50 : MqttProtocolVersion.V311)) understood++;
            }
            catch (MqttException)
            {
                refused++;
                continue; // an exception has its own price
            }
            catch (Exception exception)
            {
                Assert.Fail($"{Convert.ToHexString(packet)}: {exception}");
            }

            var taken = GC.GetAllocatedBytesForCurrentThread() - before;
            if (taken > (packet.Length * PerByte) + PerPacket) Assert.Fail($"{Convert.ToHexString(packet)} took {taken} bytes.");
        }

        // Neither are all refused at the first byte, nor is everything taken.
        Assert.InRange(understood, Packets / 40, Packets);
        Assert.InRange(refused, Packets / 40, Packets);
    }

    [Fact]
    public void Seeds_WithoutMutations_AreAllUnderstood()
    {
        foreach (var (packet, version) in Seeds()) Assert.True(Decode(packet, version), Convert.ToHexString(packet));
    }

    private static int Mutate(Random random, (byte[] Packet, MqttProtocolVersion Version)[] seeds, byte[] target)
    {
        var seed = seeds[random.Next(seeds.Length)].Packet;
        seed.CopyTo(target, 0);
        var length = seed.Length;
        for (var i = random.Next(0, 5); i > 0; i--)
        {
            var at = random.Next(length);
            switch (random.Next(6))
            {
                case 0:
                    target[at] = (byte)random.Next(256);
                    break;
                case 1:
                    target[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    target[at] = random.Next(2) == 0 ? (byte)0 : byte.MaxValue;
                    break;
                case 3:
                    length = Math.Max(2, at);
                    break;
                case 4 when length < target.Length / 2:
                    // A piece again, as a repeated property or field.
                    var piece = Math.Min(random.Next(1, 32), length - at);
                    Buffer.BlockCopy(target, at, target, at + piece, length - at);
                    length += piece;
                    break;
                default:
                    var other = seeds[random.Next(seeds.Length)].Packet;
                    var taken = Math.Min(random.Next(1, 16), Math.Min(other.Length, length - at));
                    Buffer.BlockCopy(other, random.Next(other.Length - taken + 1), target, at, taken);
                    break;
            }
        }

        // Mostly with a length that is right, so that the packet's own fields are reached.
        if (length is >= 2 and < 128 && random.Next(4) > 0) target[1] = (byte)(length - 2);
        return length;
    }

    private static bool Decode(ReadOnlySpan<byte> bytes, MqttProtocolVersion version)
    {
        var size = Frame.Read(bytes, Limit, out var body);
        if (size == 0) return false;
        var type = (PacketType)(bytes[0] >> 4);
        if (type != PacketType.Publish) SmallPackets.CheckFlags(bytes[0]);
        switch (type)
        {
            case PacketType.Connect:
                ConnectPacket.Read(body);
                return true;
            case PacketType.Connack:
                ConnackPacket.Read(body, version);
                return true;
            case PacketType.Publish:
                Look(PublishPacket.Read(bytes[0], body, version));
                return true;
            case PacketType.Puback or PacketType.Pubrec or PacketType.Pubrel or PacketType.Pubcomp:
                AcknowledgementPacket.Read(body, version);
                return true;
            case PacketType.Subscribe:
                SubscribePacket.Read(body, version);
                return true;
            case PacketType.Unsubscribe:
                UnsubscribePacket.Read(body, version);
                return true;
            case PacketType.Suback or PacketType.Unsuback:
                SubackPacket.Read(body, version);
                return true;
            case PacketType.Disconnect:
                DisconnectPacket.Read(body, version);
                return true;
            default:
                return true;
        }
    }

    /// <summary>Looks at what a handler may look at.</summary>
    private static void Look(in PublishPacket packet)
    {
        var properties = new MqttProperties(packet.Properties);
        _ = properties.Expiry;
        _ = properties.PayloadIsText;
        _ = properties.ContentType.Length + properties.ResponseTopic.Length + properties.CorrelationData.Length;
        _ = properties.UserProperties().Count + properties.SubscriptionIdentifiers().Count;
        _ = packet.Payload.Length + packet.Topic.Length;
    }

    private static (byte[] Packet, MqttProtocolVersion Version)[] Seeds() =>
        [.. Of(MqttProtocolVersion.V50).Select(static p => (p, MqttProtocolVersion.V50)),
         .. Of(MqttProtocolVersion.V311).Select(static p => (p, MqttProtocolVersion.V311))];

    private static IEnumerable<byte[]> Of(MqttProtocolVersion version)
    {
        var will = new WillMessage("w/1"u8.ToArray(), "bye"u8.ToArray(), MqttQos.AtLeastOnce, false, version == MqttProtocolVersion.V50 ? 3u : 0u, []);
        yield return new ConnectPacket { Version = version, ClientId = "c", Will = will, UserName = "u", Password = [1, 2] }.Write();
        yield return new ConnackPacket { AssignedClientId = "a", ServerKeepAlive = 7, TopicAliasMaximum = 5, ReasonString = "why" }.Write(version);
        foreach (var qos in new[] { MqttQos.AtMostOnce, MqttQos.AtLeastOnce, MqttQos.ExactlyOnce }) yield return Publish(version, qos);
        foreach (var type in new[] { PacketType.Puback, PacketType.Pubrec, PacketType.Pubrel, PacketType.Pubcomp })
            yield return new AcknowledgementPacket(9, 0x10).Write(type, version);
        yield return new SubscribePacket(1, [new("a/+/#", MqttQos.AtLeastOnce), new("b", MqttQos.AtMostOnce)], 3).Write(version);
        yield return new SubackPacket(1, [0, 1, 0x80]).Write(PacketType.Suback, MqttProtocolVersion.V50);
        yield return new UnsubscribePacket(2, ["b", "c/d"]).Write(version);
        yield return SmallPackets.Pingreq.ToArray();
        yield return new DisconnectPacket(4, 60, "bye").Write(version);
    }

    private static byte[] Publish(MqttProtocolVersion version, MqttQos qos)
    {
        var properties = new PacketBuilder().Number(Property.MessageExpiryInterval, 60).Byte((byte)Property.ResponseTopic).Text("r")
            .Byte((byte)Property.CorrelationData).Binary([1, 2, 3]).Byte((byte)Property.UserProperty).Text("k").Text("v")
            .Number(Property.PayloadFormatIndicator, 1).Byte((byte)Property.ContentType).Text("t");
        var packet = new PublishPacket { Topic = "x/y"u8, Payload = "payload"u8, Properties = properties.Written };
        var bytes = new byte[packet.Size(qos, version)];
        packet.Write(bytes, qos, retain: true, duplicate: false, 7, version);
        return bytes;
    }
}
