using Plantroom.Mqtt.Codec;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Broker;

/// <summary>What CONNACK answers to the wishes of a 5.0 client.</summary>
public sealed class ServerWishesTests
{
    [Theory]
    [InlineData(0, 20)]
    [InlineData(21, 20)]
    [InlineData(20, null)]
    [InlineData(5, null)]
    public async Task KeepAlive_LongerThanAllowed_IsToldInConnack(int asked, int? told)
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaximumKeepAlive = TimeSpan.FromSeconds(20));
        using var client = await broker.ConnectAsync(with: c => c with { KeepAlive = (ushort)asked });
        Assert.Equal((ushort?)told, client.Connack.ServerKeepAlive);
    }

    [Fact]
    public async Task KeepAlive_OfTheServer_CountsForAClientThatIsSilent()
    {
        var clock = new ManualClock();
        await using var broker = await TestBroker.StartAsync(o => o.MaximumKeepAlive = TimeSpan.FromSeconds(20), clock);
        using var client = await broker.ConnectAsync(with: c => c with { KeepAlive = 0 });
        using var old = await broker.ConnectAsync("old", MqttProtocolVersion.V311, c => c with { KeepAlive = 0 });
        await client.AssertNothingAsync();
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(Reason.KeepAliveTimeout, await client.ReadDisconnectAsync());
        await old.AssertNothingAsync();
    }

    [Fact]
    public async Task KeepAlive_WithoutALimit_IsTheClients()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync(with: c => c with { KeepAlive = 0 });
        Assert.Null(client.Connack.ServerKeepAlive);
    }

    [Fact]
    public void Options_ThatMakeNoSense_AreNamed()
    {
        var options = new MqttBrokerOptions
        {
            ResponseTopicPrefix = "a/#", SlowSubscriberPolicy = (MqttSlowSubscriberPolicy)7, TopicAliasMaximum = -1,
            MaximumKeepAlive = TimeSpan.FromDays(1), SysInterval = TimeSpan.FromDays(2),
        };
        Assert.Equal(
            ["MaximumKeepAlive", "ResponseTopicPrefix", "SlowSubscriberPolicy", "SysInterval", "TopicAliasMaximum"],
            options.Problems().SelectMany(static p => p.Split(' ')).Select(static w => w.Split('.')[^1].TrimEnd(':'))
                .Where(w => typeof(MqttBrokerOptions).GetProperty(w) is not null).Distinct().Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reasons_InWords_AreGivenToThoseWhoWantThem(bool wanted)
    {
        await using var broker = await TestBroker.StartAsync();
        using var refused = await broker.OpenAsync();
        var connack = await refused.ConnectAsync(
            new ConnectPacket { AuthenticationMethod = "SCRAM", RequestProblemInformation = wanted });
        Assert.Equal(wanted, connack.ReasonString is not null);
        using var client = await broker.ConnectAsync(with: c => c with { RequestProblemInformation = wanted });
        await client.SendAsync(0, 0);
        var disconnect = DisconnectPacket.Read((await client.ReadAsync())!.Body, client.Version);
        Assert.Equal(Reason.ProtocolError, disconnect.Reason);
        Assert.Equal(wanted, disconnect.ReasonString is not null);
    }

    [Fact]
    public async Task ResponseInformation_WhenAskedFor_IsWhatResponseTopicsStartWith()
    {
        await using var broker = await TestBroker.StartAsync();
        using var asks = await broker.ConnectAsync("asks", with: c => c with { RequestResponseInformation = true });
        Assert.Equal("response/asks", asks.Connack.ResponseInformation);
        using var silent = await broker.ConnectAsync("silent");
        Assert.Null(silent.Connack.ResponseInformation);
        using var wild = await broker.ConnectAsync("wi+ld", with: c => c with { RequestResponseInformation = true });
        Assert.Null(wild.Connack.ResponseInformation);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task TopicAliases_AsTheOptionSays_AreAllowed(int maximum)
    {
        await using var broker = await TestBroker.StartAsync(o => o.TopicAliasMaximum = maximum);
        using var client = await broker.ConnectAsync(with: c => c with { TopicAliasMaximum = 10 });
        Assert.Equal(maximum, client.Connack.TopicAliasMaximum);
        await client.SubscribeAsync("topic/#");
        for (var i = 0; i < 5; i++) await broker.PublishAsync($"topic/{i}", "x"u8.ToArray(), MqttQos.AtMostOnce, retain: false);
        for (var i = 0; i < 5; i++) Assert.Equal(i < maximum ? i + 1 : 0, (await client.ReadMessageAsync()).Alias);
    }
}
