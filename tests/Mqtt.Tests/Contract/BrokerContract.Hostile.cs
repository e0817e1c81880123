using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Contract;

/// <content>Clients that break the protocol lose their connection, and only theirs.</content>
public abstract partial class BrokerContract<TBroker>
{
    [Theory]
    [MemberData(nameof(ForbiddenPackets.Names), MemberType = typeof(ForbiddenPackets))]
    public async Task Packet_ThatIsForbidden_EndsTheConnectionAndNoOther(string what)
    {
        Need(MqttProtocolVersion.V50);
        if (broker.Tolerates.Contains(what)) Assert.Skip($"{what} is tolerated");
        using var bystander = await OpenAsync(ClientId(), MqttProtocolVersion.V50);
        using var client = await OpenAsync(ClientId(), MqttProtocolVersion.V50);
        await client.SendAsync(ForbiddenPackets.All[what]);
        Assert.True(await EndsAsync(client));
        await bystander.AssertNothingAsync();
    }

    [Fact]
    public async Task FirstPacket_ThatIsNoConnect_EndsTheConnection()
    {
        using var client = await RawClient.OpenAsync(await broker.PortAsync());
        await client.SendAsync(SmallPackets.Pingreq.ToArray());
        Assert.True(await EndsAsync(client));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task ClientId_ThatIsEmptyIn311_IsTakenWithACleanSessionOnly(bool clean, bool taken)
    {
        if (!taken) Need(broker.Lacks, Ability.RefusalOfNoClientId);
        using var client = await RawClient.OpenAsync(await broker.PortAsync());
        await client.SendAsync(new ConnectPacket { Version = MqttProtocolVersion.V311, CleanStart = clean }.As(broker).Write());
        var packet = await client.ReadAsync();
        Assert.Equal(taken, packet is { Type: PacketType.Connack, Body: [_, 0] });
    }

    [Fact]
    public async Task ClientId_ThatIsEmptyIn50_IsAssignedAndTold()
    {
        Need(MqttProtocolVersion.V50);
        using var one = await OpenAsync("", MqttProtocolVersion.V50);
        using var two = await OpenAsync("", MqttProtocolVersion.V50);
        Assert.NotEmpty(one.Connack.AssignedClientId!);
        Assert.NotEqual(one.Connack.AssignedClientId, two.Connack.AssignedClientId);
    }

    [Fact]
    public async Task KeepAlive_OfASilentClient_EndsItsConnection()
    {
        Need(broker.Lacks, Ability.KeepAlive);
        using var client = await OpenAsync(ClientId(), AnyVersion, c => c with { KeepAlive = 1 });
        Assert.True(await EndsAsync(client));
    }
}

/// <summary>The broker of this project.</summary>
public sealed class OwnBrokerPacketTests(OwnBroker broker) : BrokerContract<OwnBroker>(broker);

/// <summary>A real Mosquitto: what the suite asks of ours is what others do.</summary>
public sealed class MosquittoPacketTests(MosquittoPeer broker) : BrokerContract<MosquittoPeer>(broker);

/// <summary>A real ejabberd, packet by packet.</summary>
public sealed class EjabberdPacketTests(EjabberdPeer broker) : BrokerContract<EjabberdPeer>(broker);
