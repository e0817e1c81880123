namespace Plantroom.Mqtt.Tests.Contract;

/// <content>Connections that break all the time, in the middle of packets.</content>
public abstract partial class ClientContract<TClient, TBroker>
{
    /// <summary>How often each of the two connections breaks.</summary>
    private const int Breaks = 40;

    private const int InFlight = 40;

    [Theory]
    [MemberData(nameof(VersionsAndQosThatIsKept))]
    public async Task Messages_OverConnectionsThatBreak_AllArriveInOrderAndThoseOfQos2Once(MqttProtocolVersion version, MqttQos qos)
    {
        Need(version, qos);
        if (qos == Qos2) Need(Ability.ExactlyOnceAcrossConnections);
        var (publisher, publishers) = await FrayedAsync(version, seed: 1);
        var (subscriber, subscribers) = await FrayedAsync(version, seed: 2);
        var subscribing = subscriber.SubscribeAsync(Topic("a"), qos);
        await subscriber.Client.ConnectAsync(Cancelled);
        await subscribing;
        await publisher.Client.ConnectAsync(Cancelled);
        var published = 0;
        var (seen, first) = (new List<int>(), new HashSet<int>());
        do
        {
            await Task.WhenAll(Enumerable.Range(published, InFlight * 2).Select(i => publisher.PublishAsync(Topic("a"), $"{i}", qos)));
            published += InFlight * 2;
            while (first.Count < published)
            {
                seen.Add(int.Parse((await subscriber.NextAsync()).Payload, null));
                first.Add(seen[^1]);
            }
        }
        while (publishers.Breaks + subscribers.Breaks > 0);

        // What may come twice comes first in order.
        var once = qos == Qos2 && !broker.Lacks.ContainsKey(Ability.ExactlyOnceWhileResuming);
        if (broker.Lacks.ContainsKey(Ability.OrderOverBrokenConnections)) seen.Sort();
        Assert.Equal(Enumerable.Range(0, published), once ? seen : seen.Distinct());
        if (once) await AssertNothingMoreAsync(subscriber, publisher, qos);
    }

    private async Task<(ContractClient Client, FrayedCable Cable)> FrayedAsync(MqttProtocolVersion version, int seed)
    {
        var cable = Own(new FrayedCable(await broker.PortAsync(), Breaks, seed));
        var client = await CreateAsync(o =>
        {
            (o.Port, o.ProtocolVersion, o.MaximumInFlight, o.ReceiveMaximum) = (cable.Port, version, InFlight, InFlight);
            (o.ReconnectDelay, o.MaximumReconnectDelay) = (TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5));
            KeepSession(o);
        });
        return (client, cable);
    }

    [Theory]
    [MemberData(nameof(VersionsAndQosThatIsKept))]
    public async Task Subscribe_BeforeConnecting_HandlesWhatTheKeptSessionHolds(MqttProtocolVersion version, MqttQos qos)
    {
        Need(version, qos);
        var id = ClientId();
        await using (var first = await ConnectAsync(o => Kept(o, version, id))) await first.SubscribeAsync(Topic("a"), qos);
        var publisher = await ConnectAsync(version);
        var expected = Enumerable.Range(0, 20).Select(i => $"{i}").ToArray();
        foreach (var one in expected) await publisher.PublishAsync(Topic("a"), one, qos);
        var second = await CreateAsync(o => Kept(o, version, id));
        var subscribing = second.SubscribeAsync(Topic("a"), qos);
        await second.Client.ConnectAsync(Cancelled);
        Assert.Equal(expected, await second.Handler.PayloadsAsync(expected.Length));
        await subscribing;
    }

    private static void Kept(MqttClientOptions options, MqttProtocolVersion version, string id)
    {
        (options.ProtocolVersion, options.ClientId) = (version, id);
        KeepSession(options);
    }
}
