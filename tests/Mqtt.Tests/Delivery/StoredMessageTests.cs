using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Tests.Delivery;

public sealed class StoredMessageTests
{
    [Fact]
    public void Views_OfDifferentMoments_EachWriteTheirOwnExpiry()
    {
        var now = DateTimeOffset.UnixEpoch;
        byte[] properties = [0x01, 1, 0x02, 0, 0, 1, 0];
        var message = new StoredMessage(
            new PublishPacket { Topic = "a"u8, Payload = "x"u8, Properties = properties, ExpiryOffset = 3 }, now);
        var early = message.View(now.AddSeconds(1));
        var late = message.View(now.AddSeconds(200));
        Assert.Equal("300C000161" + "07" + "0101" + "02000000FF" + "78", Hex(early));
        Assert.Equal("300C000161" + "07" + "0101" + "0200000038" + "78", Hex(late));
        Assert.Equal("01010200000038", Convert.ToHexString(message.HandlerView(now.AddSeconds(200)).Properties));
        Assert.Equal("01010200000100", Convert.ToHexString(late.Properties));
        var again = new StoredMessage(late, now.AddSeconds(200));
        Assert.True(again.IsExpired(now.AddSeconds(256)));
        Assert.False(again.IsExpired(now.AddSeconds(255)));
    }

    private static string Hex(in PublishPacket packet)
    {
        var bytes = new byte[packet.Size(MqttQos.AtMostOnce, MqttProtocolVersion.V50)];
        packet.Write(bytes, MqttQos.AtMostOnce, retain: false, duplicate: false, 0, MqttProtocolVersion.V50);
        return Convert.ToHexString(bytes);
    }
}
