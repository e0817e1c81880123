using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Transport;
using Property = Plantroom.Mqtt.Codec.Property;

namespace Plantroom.Mqtt.Tests.Codec;

/// <summary>What is written is read back the same, for every packet and both versions.</summary>
public sealed class RoundTripTests
{
    private static readonly Gen<string> Text =
        Gen.ListOf(Gen.Elements('a', 'Z', '0', '/', ' ', 'é', '泵', '\u0001', '.')).Select(c => new string([.. c]));

    private static readonly Gen<string> Name = Gen.NonEmptyListOf(Gen.Elements('a', 'b', '/', '水')).Select(c => new string([.. c]));

    private static readonly Gen<byte[]> Bytes = Gen.ListOf(Gen.Choose(0, 255).Select(i => (byte)i)).Select(l => l.ToArray());

    private static readonly Gen<MqttProtocolVersion> Version = Gen.Elements(MqttProtocolVersion.V311, MqttProtocolVersion.V50);

    private static readonly Gen<ushort> Id = Gen.Choose(1, 65535).Select(i => (ushort)i);

    private static readonly Gen<MqttQos> Qos = Gen.Elements(MqttQos.AtMostOnce, MqttQos.AtLeastOnce, MqttQos.ExactlyOnce);

    private static readonly Gen<bool> Flag = Gen.Elements(true, false);

    [Fact]
    public void Connect_WrittenAndRead_IsTheSame()
    {
        var will =
            from topic in Name from payload in Bytes from qos in Qos from retain in Flag from delay in Gen.Choose(0, 1000)
            select new WillMessage(Encoding.UTF8.GetBytes(topic), payload, qos, retain, (uint)delay, []);
        var connects =
            from version in Version from id in Text from clean in Flag from alive in Id from user in Text
            from password in Bytes from hasUser in Flag from hasWill in Flag from w in will from receive in Id from expiry in Id
            let five = version == MqttProtocolVersion.V50
            select new ConnectPacket
            {
                Version = version, ClientId = id, CleanStart = clean, KeepAlive = alive,
                UserName = hasUser ? user : null, Password = hasUser ? password : null,
                Will = hasWill ? w with { DelaySeconds = five ? w.DelaySeconds : 0 } : null,
                ReceiveMaximum = five ? receive : ushort.MaxValue, SessionExpiry = five ? expiry : 0u,
                MaximumPacketSize = five ? receive : 0u, TopicAliasMaximum = five ? expiry : (ushort)0,
                RequestProblemInformation = !five || clean, AuthenticationMethod = five && hasWill ? user : null,
            };
        Check.QuickThrowOnFailure(Prop.ForAll(connects.ToArbitrary(), connect =>
        {
            var bytes = connect.Write();
            var read = ConnectPacket.Read(Body(bytes));
            return read.Write().AsSpan().SequenceEqual(bytes)
                && read.ClientId == connect.ClientId && read.CleanStart == connect.CleanStart && read.KeepAlive == connect.KeepAlive
                && read.UserName == connect.UserName && read.Password.AsSpan().SequenceEqual(connect.Password)
                && read.SessionExpiry == connect.SessionExpiry && read.ReceiveMaximum == connect.ReceiveMaximum
                && read.Will?.Qos == connect.Will?.Qos && read.Will?.DelaySeconds == connect.Will?.DelaySeconds;
        }));
    }

    [Fact]
    public void Connack_WrittenAndRead_IsTheSame()
    {
        var connacks =
            from present in Flag from id in Text from receive in Id from alive in Id from flag in Flag from why in Text
            select new ConnackPacket
            {
                SessionPresent = present, Reason = 0, SessionExpiry = flag ? alive : null, ReceiveMaximum = receive, MaximumQos = 1,
                RetainAvailable = flag, MaximumPacketSize = receive, AssignedClientId = flag ? id : null, TopicAliasMaximum = alive,
                ReasonString = present ? why : null, WildcardSubscriptions = flag, SubscriptionIdentifiers = !flag,
                SharedSubscriptions = flag, ServerKeepAlive = flag ? alive : null,
            };
        Check.QuickThrowOnFailure(Prop.ForAll(
            connacks.ToArbitrary(),
            connack => ConnackPacket.Read(Body(connack.Write(MqttProtocolVersion.V50)), MqttProtocolVersion.V50) == connack));
    }

    [Fact]
    public void Publish_WrittenAndRead_IsTheSame()
    {
        var publishes =
            from version in Version from topic in Name from payload in Bytes from qos in Qos from retain in Flag
            from duplicate in Flag from id in Id from user in Text from withProperties in Flag
            select (version, topic, payload, qos, retain, duplicate: duplicate && qos > 0, id, user, withProperties);
        Check.QuickThrowOnFailure(Prop.ForAll(publishes.ToArbitrary(), p =>
        {
            var properties = p.withProperties && p.version == MqttProtocolVersion.V50
                ? new PacketBuilder().Byte((byte)Property.UserProperty).Text(p.user).Text("v")
                    .Number(Property.MessageExpiryInterval, p.id).Written.ToArray()
                : [];
            var packet = new PublishPacket { Topic = Encoding.UTF8.GetBytes(p.topic), Payload = p.payload, Properties = properties };
            var bytes = new byte[packet.Size(p.qos, p.version)];
            var written = packet.Write(bytes, p.qos, p.retain, p.duplicate, p.id, p.version);
            var read = PublishPacket.Read(bytes[0], Body(bytes), p.version);
            return written == bytes.Length && read.Topic.SequenceEqual(packet.Topic) && read.Payload.SequenceEqual(p.payload)
                && read.Properties.SequenceEqual(properties) && read.Qos == p.qos && read.Retain == p.retain
                && read.Duplicate == p.duplicate && read.PacketId == (p.qos == 0 ? 0 : p.id)
                && (properties.Length == 0) == (read.ExpiryOffset == 0);
        }));
    }

    [Fact]
    public void Subscribe_WrittenAndRead_IsTheSame()
    {
        var topics = Gen.NonEmptyListOf(
            from filter in Name from qos in Qos from local in Flag from published in Flag from handling in Gen.Choose(0, 2)
            select new TopicRequest(filter, qos, local, published, (MqttRetainHandling)handling));
        var packets = from id in Id from list in topics from subscription in Gen.Choose(0, 1000) select new SubscribePacket(id, [.. list], (uint)subscription);
        Check.QuickThrowOnFailure(Prop.ForAll(packets.ToArbitrary(), packet =>
        {
            var read = SubscribePacket.Read(Body(packet.Write(MqttProtocolVersion.V50)), MqttProtocolVersion.V50);
            var old = SubscribePacket.Read(Body(packet.Write(MqttProtocolVersion.V311)), MqttProtocolVersion.V311);
            return read.PacketId == packet.PacketId && read.SubscriptionId == packet.SubscriptionId && read.Topics.SequenceEqual(packet.Topics)
                && old.Topics.SequenceEqual(packet.Topics.Select(t => new TopicRequest(t.Filter, t.Qos)));
        }));
    }

    [Fact]
    public void Answers_WrittenAndRead_AreTheSame()
    {
        var packets = from id in Id from reasons in Bytes from reason in Gen.Choose(0, 255) from version in Version select (id, reasons, (byte)reason, version);
        Check.QuickThrowOnFailure(Prop.ForAll(packets.ToArbitrary(), p =>
        {
            var (id, reasons, reason, version) = p;
            var suback = SubackPacket.Read(
                Body(new SubackPacket(id, reasons).Write(PacketType.Suback, MqttProtocolVersion.V50)), MqttProtocolVersion.V50);
            var puback = AcknowledgementPacket.Read(Body(new AcknowledgementPacket(id, reason).Write(PacketType.Puback, version)), version);
            var disconnect = new DisconnectPacket(reason, id, "why");
            var expected = version == MqttProtocolVersion.V50 ? disconnect : new DisconnectPacket(0);
            return suback.PacketId == id && suback.Reasons.SequenceEqual(reasons)
                && puback == new AcknowledgementPacket(id, version == MqttProtocolVersion.V50 ? reason : (byte)0)
                && DisconnectPacket.Read(Body(disconnect.Write(version)), version) == expected;
        }));
    }

    [Fact]
    public void Unsubscribe_WrittenAndRead_IsTheSame() => Check.QuickThrowOnFailure(Prop.ForAll(
        (from id in Id from list in Gen.NonEmptyListOf(Name) from version in Version select (id, list: list.ToArray(), version)).ToArbitrary(),
        p =>
        {
            var read = UnsubscribePacket.Read(Body(new UnsubscribePacket(p.id, p.list).Write(p.version)), p.version);
            return read.PacketId == p.id && read.Filters.SequenceEqual(p.list);
        }));

    private static byte[] Body(byte[] packet)
    {
        Assert.Equal(packet.Length, Frame.Read(packet, int.MaxValue, out var body));
        return body.ToArray();
    }
}
