using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Broker;

/// <summary>What a client may not send, over a raw socket: the reason code it is told (5.0) and the one that is recorded.</summary>
public sealed class MalformedPacketTests
{
    private static readonly ConnectPacket Connect5 = new() { ClientId = "bad" };

    [Theory]
    [InlineData("first packet is PINGREQ", "C000", 0x82)]
    [InlineData("first packet is PUBLISH", "300400016178", 0x82)]
    [InlineData("text of another protocol", "474554202F20485454502F312E310D0A", 0x82)]
    [InlineData("CONNECT with flags", "110C00044D5154540402003C0000", 0x81)]
    [InlineData("reserved flag of CONNECT", "100C00044D5154540403003C0000", 0x81)]
    [InlineData("other protocol name", "100C00044D5154580402003C0000", 0x81)]
    [InlineData("CONNECT ends too early", "100800044D5154540402", 0x81)]
    [InlineData("CONNECT goes on after its end", "100D00044D5154540402003C000000", 0x81)]
    [InlineData("will QoS 3", "101200044D515454041E003C0000000161000162", 0x81)]
    [InlineData("will retain without a will", "100C00044D5154540422003C0000", 0x81)]
    [InlineData("will topic with a wildcard", "101200044D5154540406003C0000000123000162", 0x90)]
    [InlineData("3.1.1 password without user", "100F00044D5154540442003C0000000161", 0x81)]
    [InlineData("client id is not UTF-8", "100E00044D5154540402003C0002C328", 0x81)]
    [InlineData("client id with U+0000", "100D00044D5154540402003C000100", 0x81)]
    [InlineData("5.0 unknown property", "100F00044D5154540502003C0201000000", 0x81)]
    [InlineData("5.0 property twice", "101300044D5154540502003C0621000121000200" + "00", 0x82)]
    [InlineData("5.0 receive maximum 0", "101000044D5154540502003C032100000000", 0x82)]
    [InlineData("5.0 maximum packet size 0", "101200044D5154540502003C0527000000000000", 0x82)]
    [InlineData("5.0 boolean that is 2", "100F00044D5154540502003C0217020000", 0x82)]
    [InlineData("5.0 authentication data without method", "101200044D5154540502003C05160002AABB0000", 0x82)]
    [InlineData("length of five bytes", "10FFFFFFFF7F", 0x81)]
    public async Task Connect_ThatIsBroken_EndsTheConnectionAndIsRecorded(string what, string hex, byte reason)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.OpenAsync();
        await client.SendAsync(Convert.FromHexString(hex));
        Assert.Null(await client.ReadAsync());
        var error = await broker.ErrorAsync();
        Assert.True(reason == error.ReasonCode, $"{what}: 0x{error.ReasonCode:X2} {error.Message}");
        Assert.Equal(1, broker.Broker.Statistics.ProtocolErrors);
        Assert.NotNull(error.Remote);
    }

    [Theory]
    [InlineData("second CONNECT", "100D00044D5154540502003C000000", 0x82)]
    [InlineData("reserved type 0", "0000", 0x82)]
    [InlineData("CONNACK from a client", "2003000000", 0x82)]
    [InlineData("SUBACK from a client", "900400010000", 0x82)]
    [InlineData("PINGRESP from a client", "D000", 0x82)]
    [InlineData("PUBREC without an identifier", "5000", 0x81)]
    [InlineData("PUBREC with identifier 0", "50020000", 0x82)]
    [InlineData("PUBREC with a property of PUBLISH", "50060001000201" + "01", 0x81)]
    [InlineData("PUBREL without its flags", "60020001", 0x81)]
    [InlineData("PUBREL with identifier 0", "62020000", 0x82)]
    [InlineData("PUBCOMP with flags", "72020001", 0x81)]
    [InlineData("PUBCOMP that goes on after its end", "700500010000" + "00", 0x81)]
    [InlineData("AUTH, which CONNECT did not begin", "F000", 0x8C)]
    [InlineData("AUTH with a method that CONNECT did not name", "F00618041500016" + "1", 0x8C)]
    [InlineData("AUTH with a property of PUBLISH", "F0041802" + "0101", 0x81)]
    [InlineData("PINGREQ with flags", "C100", 0x81)]
    [InlineData("PINGREQ with a body", "C00100", 0x81)]
    [InlineData("SUBSCRIBE without its flags", "80060001000001612B", 0x81)]
    [InlineData("PUBLISH with QoS 3", "36060001610001007A", 0x81)]
    [InlineData("PUBLISH QoS 0 and duplicate", "38050001610078", 0x81)]
    [InlineData("PUBLISH QoS 2 with identifier 0", "34060001610000007A", 0x82)]
    [InlineData("PUBLISH with packet identifier 0", "3207000161000000" + "7A", 0x82)]
    [InlineData("PUBLISH topic longer than the packet", "30030010" + "61", 0x81)]
    [InlineData("PUBLISH topic with +", "30050001" + "2B0078", 0x90)]
    [InlineData("PUBLISH topic with #", "30060002" + "612300" + "78", 0x90)]
    [InlineData("PUBLISH topic empty", "3004" + "00000078", 0x82)]
    [InlineData("PUBLISH topic not UTF-8", "30060002" + "C32800" + "78", 0x81)]
    [InlineData("PUBLISH topic with U+0000", "30050001" + "000078", 0x81)]
    [InlineData("PUBLISH with a surrogate in UTF-8", "30070003" + "EDA08000" + "78", 0x81)]
    [InlineData("PUBLISH with topic alias 0", "30080001" + "6103230000" + "78", 0x94)]
    [InlineData("PUBLISH with a topic alias above the maximum", "30080001" + "6103230401" + "78", 0x94)]
    [InlineData("PUBLISH with a topic alias that stands for nothing", "30070000" + "03230001" + "78", 0x82)]
    [InlineData("PUBLISH with a topic alias twice", "300B0001" + "6106230001230002" + "78", 0x82)]
    [InlineData("PUBLISH with a wildcard behind a topic alias", "30080001" + "2B03230001" + "78", 0x90)]
    [InlineData("PUBLISH with a subscription identifier", "30070001" + "61020B01" + "78", 0x82)]
    [InlineData("PUBLISH with a property of CONNECT", "30080001" + "6103210001" + "78", 0x81)]
    [InlineData("PUBLISH with a content type twice", "300C0001" + "6108" + "030001610300016178", 0x82)]
    [InlineData("PUBLISH with payload format 2", "30070001" + "61020102" + "78", 0x82)]
    [InlineData("PUBLISH with a wildcard as response topic", "30090001" + "6104" + "0800012B" + "78", 0x82)]
    [InlineData("PUBLISH with properties longer than the packet", "30050001" + "610978", 0x81)]
    [InlineData("PUBACK without an identifier", "4000", 0x81)]
    [InlineData("PUBACK with identifier 0", "40020000", 0x82)]
    [InlineData("SUBSCRIBE without a filter", "8203000100", 0x82)]
    [InlineData("SUBSCRIBE with identifier 0", "82070000000001" + "6101", 0x82)]
    [InlineData("SUBSCRIBE with QoS 3", "82070001000001" + "6103", 0x82)]
    [InlineData("SUBSCRIBE with reserved options", "82070001000001" + "6140", 0x81)]
    [InlineData("SUBSCRIBE with retain handling 3", "82070001000001" + "6130", 0x82)]
    [InlineData("SUBSCRIBE without options", "820600010000" + "0161", 0x81)]
    [InlineData("SUBSCRIBE with a subscription identifier twice", "820B0001040B010B02" + "00016100", 0x82)]
    [InlineData("SUBSCRIBE shared and with no local", "8210000100000A247368617265" + "2F672F6104", 0x82)]
    [InlineData("SUBSCRIBE with subscription identifier 0", "82090001020B00" + "00016100", 0x82)]
    [InlineData("UNSUBSCRIBE without a filter", "A203000100", 0x82)]
    [InlineData("DISCONNECT makes an ending session last", "E007000511000000" + "0A", 0x82)]
    [InlineData("DISCONNECT with a property of CONNECT", "E005000321" + "0001", 0x81)]
    [InlineData("length not in its shortest form", "C08000", 0x81)]
    [InlineData("length of five bytes", "30FFFFFFFF7F", 0x81)]
    [InlineData("packet larger than allowed", "30FFFFFF7F", 0x95)]
    public async Task Packet_ThatIsBroken_GetsItsReasonAndCostsOnlyThatConnection(string what, string hex, byte reason)
    {
        await using var broker = await TestBroker.StartAsync();
        using var good = await broker.ConnectAsync("good");
        await good.SubscribeAsync("good/#");
        using var bad = await broker.OpenAsync();
        await bad.ConnectAsync(Connect5);
        await bad.SendAsync(Convert.FromHexString(hex));
        var told = await bad.ReadDisconnectAsync();
        Assert.True(reason == told, $"{what}: 0x{told:X2}");
        var error = await broker.ErrorAsync();
        Assert.Equal(reason, error.ReasonCode);
        Assert.Equal("bad", error.Client);
        await good.PublishAsync("good/a", "x");
        Assert.Equal("x", (await good.ReadMessageAsync()).Payload);
    }

    [Fact]
    public async Task Connection_ClosedInTheMiddleOfAPacket_IsRecordedAsMalformed()
    {
        await using var broker = await TestBroker.StartAsync();
        using (var client = await broker.ConnectAsync("half"))
        {
            var whole = client.Publish("a/b", "payload");
            await client.SendAsync(whole[..^3]);
            await client.SendAsync();
        }

        var error = await broker.ErrorAsync();
        Assert.Equal(Reason.MalformedPacket, error.ReasonCode);
        Assert.Equal("connection closed in the middle of a packet", error.Message);
        Assert.Equal("half", error.Client);
    }

    [Fact]
    public async Task Connection_ClosedBetweenPackets_IsNotAnError()
    {
        await using var broker = await TestBroker.StartAsync();
        (await broker.OpenAsync()).Dispose();
        (await broker.ConnectAsync("whole")).Dispose();
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 0, "both are gone");
        Assert.Empty(broker.Broker.RecentErrors);
    }

    [Fact]
    public async Task RecentErrors_AfterMoreThanAHundred_HoldTheNewestHundred()
    {
        await using var broker = await TestBroker.StartAsync();
        for (var i = 0; i < 105; i++)
        {
            using var client = await broker.ConnectAsync($"c{i}");
            await client.SendAsync(0, 0);
            Assert.NotNull(await client.ReadAsync());
            await Eventually.TrueAsync(() => broker.Broker.Statistics.ProtocolErrors == i + 1, "it is counted");
        }

        Assert.Equal(100, broker.Broker.RecentErrors.Count);
        Assert.Equal("c104", broker.Broker.RecentErrors[0].Client);
    }
}
