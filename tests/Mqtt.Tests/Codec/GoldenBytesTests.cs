using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Codec;

/// <summary>Bytes as the OASIS texts print them, or as follows from their tables.</summary>
public sealed class GoldenBytesTests
{
    /// <summary>MQTT 5.0 table 1-1.</summary>
    [Theory]
    [InlineData(0, "00")]
    [InlineData(127, "7F")]
    [InlineData(128, "8001")]
    [InlineData(16_383, "FF7F")]
    [InlineData(16_384, "808001")]
    [InlineData(2_097_151, "FFFF7F")]
    [InlineData(2_097_152, "80808001")]
    [InlineData(268_435_455, "FFFFFF7F")]
    public void VariableByteInteger_AtTheEdges_IsAsInTheTable(int value, string hex)
    {
        var bytes = new byte[4];
        var length = VariableByteInteger.Write(bytes, value);
        Assert.Equal(hex, Convert.ToHexString(bytes.AsSpan(0, length)));
        Assert.Equal(length, VariableByteInteger.Size(value));
        Assert.Equal(length, VariableByteInteger.Read(bytes.AsSpan(0, length), out var read));
        Assert.Equal((uint)value, read);
    }

    /// <summary>MQTT 5.0 section 1.5.4, non-normative example: "A" and U+2A6D4.</summary>
    [Fact]
    public void Text_OfTheExample_IsAsPrinted()
    {
        Assert.Equal("000541F0AA9B94", Convert.ToHexString(new PacketBuilder().Text("A\U0002A6D4").Written));
        var reader = new PacketReader(Convert.FromHexString("000541F0AA9B94"));
        Assert.Equal("A\U0002A6D4", reader.Text());
    }

    /// <summary>MQTT 3.1.1 figure 3.6: user name, password, will QoS 1, clean session, keep alive 10.</summary>
    [Fact]
    public void Connect_OfTheExample_IsAsPrinted()
    {
        var connect = new ConnectPacket
        {
            Version = MqttProtocolVersion.V311, CleanStart = true, KeepAlive = 10, UserName = "u", Password = [1],
            Will = new WillMessage("w"u8.ToArray(), [], MqttQos.AtLeastOnce, false, 0, []),
        };
        var bytes = Convert.ToHexString(connect.Write());
        Assert.StartsWith("00044D51545404CE000A", bytes[4..], StringComparison.Ordinal);
    }

    /// <summary>MQTT 5.0 figure 3-6: the same with a session expiry interval of 10.</summary>
    [Fact]
    public void Connect5_OfTheExample_IsAsPrinted()
    {
        var connect = new ConnectPacket
        {
            CleanStart = true, KeepAlive = 10, UserName = "u", Password = [1], SessionExpiry = 10,
            Will = new WillMessage("w"u8.ToArray(), [], MqttQos.AtLeastOnce, false, 0, []),
        };
        Assert.StartsWith("00044D51545405CE000A05110000000A", Convert.ToHexString(connect.Write())[4..], StringComparison.Ordinal);
    }

    /// <summary>MQTT 3.1.1 figure 3.11: topic a/b, packet identifier 10.</summary>
    [Fact]
    public void Publish_OfTheExample_IsAsPrinted()
    {
        var packet = new PublishPacket { Topic = "a/b"u8, Payload = "x"u8 };
        var bytes = new byte[packet.Size(MqttQos.AtLeastOnce, MqttProtocolVersion.V311)];
        packet.Write(bytes, MqttQos.AtLeastOnce, retain: false, duplicate: false, 10, MqttProtocolVersion.V311);
        Assert.Equal("32080003612F62000A78", Convert.ToHexString(bytes));
        packet.Write(bytes, MqttQos.AtLeastOnce, retain: true, duplicate: true, 10, MqttProtocolVersion.V311);
        Assert.Equal(0x3B, bytes[0]);
    }

    /// <summary>MQTT 3.1.1 figure 3.23: a/b with QoS 1, c/d with QoS 2, packet identifier 10.</summary>
    [Fact]
    public void Subscribe_OfTheExample_IsAsPrinted()
    {
        var packet = new SubscribePacket(10, [new("a/b", MqttQos.AtLeastOnce), new("c/d", MqttQos.ExactlyOnce)]);
        Assert.Equal("820E000A0003612F62010003632F6402", Convert.ToHexString(packet.Write(MqttProtocolVersion.V311)));
        Assert.Equal("820F000A000003612F62010003632F6402", Convert.ToHexString(packet.Write(MqttProtocolVersion.V50)));
    }

    /// <summary>MQTT 3.1.1 figure 3.26 and MQTT 5.0 table 3-8: granted 0, granted 2, refused.</summary>
    [Fact]
    public void Suback_OfTheExample_IsAsPrinted()
    {
        var packet = new SubackPacket(10, [0, 2, 0x8F]);
        Assert.Equal("9005000A000280", Convert.ToHexString(packet.Write(PacketType.Suback, MqttProtocolVersion.V311)));
        Assert.Equal("9006000A0000028F", Convert.ToHexString(packet.Write(PacketType.Suback, MqttProtocolVersion.V50)));
    }

    /// <summary>MQTT 3.1.1 figure 3.30.</summary>
    [Fact]
    public void Unsubscribe_OfTheExample_IsAsPrinted()
    {
        var packet = new UnsubscribePacket(10, ["a/b", "c/d"]);
        Assert.Equal("A20C000A0003612F620003632F64", Convert.ToHexString(packet.Write(MqttProtocolVersion.V311)));
        Assert.Equal("B002000A", Convert.ToHexString(new SubackPacket(10, [0, 0]).Write(PacketType.Unsuback, MqttProtocolVersion.V311)));
    }

    [Fact]
    public void SmallPackets_OfTheText_AreAsPrinted()
    {
        Assert.Equal("C000", Convert.ToHexString(SmallPackets.Pingreq));
        Assert.Equal("D000", Convert.ToHexString(SmallPackets.Pingresp));
        Assert.Equal("E000", Convert.ToHexString(new DisconnectPacket(0).Write(MqttProtocolVersion.V311)));
        Assert.Equal("E000", Convert.ToHexString(new DisconnectPacket(0).Write(MqttProtocolVersion.V50)));
        Assert.Equal("E00104", Convert.ToHexString(new DisconnectPacket(4).Write(MqttProtocolVersion.V50)));
        Assert.Equal("20020104", Convert.ToHexString(new ConnackPacket { SessionPresent = true, Reason = 0x86 }.Write(MqttProtocolVersion.V311)));
        Assert.Equal("40020102", Convert.ToHexString(new AcknowledgementPacket(0x102, 0).Write(PacketType.Puback, MqttProtocolVersion.V50)));
        var puback = new byte[4];
        new Answer(PacketType.Puback, 0x102).Write(puback);
        Assert.Equal("40020102", Convert.ToHexString(puback));
    }
}
