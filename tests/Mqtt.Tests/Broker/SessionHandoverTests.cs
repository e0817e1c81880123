using System.Net;
using System.Net.Sockets;
using System.Text;
using Plantroom.Mqtt.Broker;
using Plantroom.Mqtt.Broker.Listening;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Tests.Broker;

/// <summary>A session that goes from one connection to the next while both are at work.</summary>
public sealed class SessionHandoverTests : IDisposable
{
    private readonly RecordingLog<MqttBroker> log = new();
    private readonly BrokerState broker;
    private readonly List<IDisposable> open = [];

    public SessionHandoverTests() => broker = new BrokerState(new MqttBrokerOptions(), TimeProvider.System, log);

    [Fact]
    public async Task Attach_OfAConnectionThatWasTakenOverMeanwhile_LeavesTheSessionWithItsSuccessor()
    {
        var session = new Session("a", broker);
        var (late, current) = (await ConnectionAsync(), await ConnectionAsync());
        late.Close(Reason.SessionTakenOver, "another connection uses the client id");
        session.Attach(current);
        session.Attach(late);
        Assert.Same(current, session.Connection);
        session.Detach(late);
        Assert.Same(current, session.Connection);
    }

    [Fact]
    public async Task Message_SentWhileATakeOverEndsTheExpiry_IsSentAgainToTheSuccessor()
    {
        var session = new Session("a", broker) { Expiry = TimeSpan.FromMinutes(1) };
        var (first, second) = (await ConnectionAsync(), await ConnectionAsync());
        session.Attach(first);
        session.Expiry = TimeSpan.Zero;
        Deliver(session, "x");
        Assert.True(second.Outbound.WaitUntilSentAsync().IsCompleted);
        session.Attach(second);
        Assert.False(second.Outbound.WaitUntilSentAsync().IsCompleted);
    }

    [Fact]
    public async Task Connection_WhosePumpFails_EndsAndIsLogged()
    {
        var connection = await ConnectionAsync();
        ((IOutboundOwner)connection).SendFailed(new ArithmeticException("a defect"));
        Assert.True(connection.IsClosing);
        Assert.Contains("a defect", Assert.Single(log.Errors), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        foreach (var one in open) one.Dispose();
    }

    private static void Deliver(Session session, string payload)
    {
        var packet = new PublishPacket { Topic = "t"u8, Payload = Encoding.UTF8.GetBytes(payload), Qos = MqttQos.AtLeastOnce };
        StoredMessage? copy = null;
        Plantroom.Mqtt.Persistence.Pledge? pledge = null;
        Assert.True(session.TryDeliver(packet, new RemoteSubscription(session, MqttQos.AtLeastOnce, false, false, []), ref copy, ref pledge));
    }

    private async Task<Connection> ConnectionAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var peer = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.LocalEndpoint, TestContext.Current.CancellationToken);
        var socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        var wire = new SocketWire(socket, new NetworkStream(socket, ownsSocket: false), new MqttPeer(null));
        var connection = new Connection(wire, broker) { Quota = 10 };
        open.Add(connection);
        open.Add(peer);
        return connection;
    }
}
