namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>Everything that <see cref="IMqttClient"/> promises, for one implementation against one broker.</summary>
public abstract partial class ClientContract<TClient, TBroker>(TBroker broker) : ContractCase, IClassFixture<TBroker>
    where TClient : IClientMaker
    where TBroker : BrokerPeer
{
    private void Need(params Ability[] abilities)
    {
        Need(broker.Lacks, abilities);
        Need(TClient.Lacks, abilities);
    }

    private void Need(MqttProtocolVersion version, MqttQos qos = Qos0)
    {
        if (version == MqttProtocolVersion.V50) Need(Ability.Version5);
        if (qos == Qos2) Need(Ability.ExactlyOnce);
    }

    /// <summary>A version that the broker speaks, for cases that mean both.</summary>
    private MqttProtocolVersion AnyVersion =>
        broker.Lacks.ContainsKey(Ability.Version5) ? MqttProtocolVersion.V311 : MqttProtocolVersion.V50;

    private async Task<ContractClient> CreateAsync(Action<MqttClientOptions>? configure = null)
    {
        var options = new MqttClientOptions
        {
            Port = await broker.PortAsync(),
            ClientId = ClientId(),
            ProtocolVersion = AnyVersion,
            UserName = broker.UserName,
            Password = broker.UserName is null ? null : "x",
            ReconnectDelay = TimeSpan.FromMilliseconds(5),
            MaximumReconnectDelay = TimeSpan.FromMilliseconds(50),
        };
        configure?.Invoke(options);
        var log = new RecordingLog<IMqttClient>();
        return Own(new ContractClient(TClient.Create(options, log), log, Cancelled));
    }

    private async Task<ContractClient> ConnectAsync(Action<MqttClientOptions>? configure = null)
    {
        var client = await CreateAsync(configure);
        await client.Client.ConnectAsync(Cancelled);
        return client;
    }

    private Task<ContractClient> ConnectAsync(MqttProtocolVersion version) => ConnectAsync(o => o.ProtocolVersion = version);

    private async Task<Cable> CableAsync(bool plugged = true) => Own(new Cable(await broker.PortAsync(), plugged));

    /// <summary>Options of a client whose session is kept.</summary>
    private static void KeepSession(MqttClientOptions options)
    {
        options.CleanStart = false;
        if (options.ProtocolVersion == MqttProtocolVersion.V50) options.SessionExpiry = TimeSpan.FromMinutes(5);
    }

    /// <summary>Checks that a client got nothing that it has not shown yet: what is published now comes next.</summary>
    private async Task AssertNothingMoreAsync(ContractClient client, ContractClient publisher, MqttQos qos = Qos1)
    {
        var end = Topic("end");
        await client.SubscribeAsync(end, qos);
        await publisher.PublishAsync(end, "end", qos);
        Assert.Equal("end", (await client.NextAsync()).Payload);
    }
}
