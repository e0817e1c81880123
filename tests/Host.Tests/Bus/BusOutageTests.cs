using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Plantroom.Mqtt;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.Host.Tests;

/// <summary>What a bus does while its broker is away, or does not take what it gets.</summary>
public sealed class BusOutageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly string id = MosquittoFixture.NewClientId();

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_AlarmsWithoutABroker_DoNotWait_AndArriveInOrderWhenItIsThere()
    {
        var port = MosquittoBroker.FreePort();
        await using var process = new Buses(port, id);
        var notify = process.Alarms.Subscribe("notify", 200, WhenFull.Wait);
        for (var i = 1; i <= 100; i++) await process.Alarms.PublishAsync(Numbered.Change("a", i), Ending).AsTask().WaitAsync(Patience, Ending);
        Assert.Equal("Degraded", await process.HealthAsync(Ending));

        await using var broker = new MqttBroker(new() { Port = port }, TimeProvider.System, NullLogger<MqttBroker>.Instance);
        await broker.StartAsync(Ending);

        for (var i = 1; i <= 100; i++)
        {
            AlarmChange? change;
            while ((change = notify.TryTake()) is null) Assert.True(await notify.WaitAsync(Ending).AsTask().WaitAsync(Patience, Ending));
            Assert.Equal(i, change.Alarm.Id);
        }

        Assert.Equal("Healthy", await process.HealthAsync(Ending));
    }

    [Fact]
    public async Task Complete_WithoutABroker_EndsInTime_AndSaysWhatIsLeft()
    {
        await using var process = new Buses(MosquittoBroker.FreePort(), id);
        for (var i = 1; i <= 3; i++) await process.Alarms.PublishAsync(Numbered.Change("a", i), Ending);
        process.Alarms.Complete();

        await process.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(4), Ending);

        Assert.Contains(process.Logged, static line => line.StartsWith("3 messages on the bus of alarms were not passed on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publish_BrokerHasNoRoomForAWhile_IsSentAgainUntilItIsTaken_AndSaidOnce()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var broker = RefuseAsync(listener, times: 3);
        await using var process = new Buses(((IPEndPoint)listener.LocalEndpoint).Port, id);

        await process.Readings.PublishAsync(Numbered.Batch("a", 1), Ending).AsTask().WaitAsync(Patience, Ending);

        Assert.Equal(3, await broker);
        Assert.Single(process.Logged, static line => line.StartsWith("The broker of the bus does not take readings", StringComparison.Ordinal));
    }

    /// <summary>A broker of one connection that answers so many messages with "quota exceeded" (0x97), and the next one with success.</summary>
    private static async Task<int> RefuseAsync(TcpListener listener, int times)
    {
        using var client = await listener.AcceptTcpClientAsync(Ending);
        var stream = client.GetStream();
        await PacketAsync(stream);
        await stream.WriteAsync(new byte[] { 0x20, 3, 0, 0, 0 }, Ending);
        for (var refused = 0; ; refused++)
        {
            var publish = await PacketAsync(stream);
            var topic = (publish[0] << 8) | publish[1];
            await stream.WriteAsync(new byte[] { 0x40, 3, publish[2 + topic], publish[3 + topic], refused < times ? (byte)0x97 : (byte)0 }, Ending);
            if (refused == times) return refused;
        }
    }

    /// <summary>The body of the next packet.</summary>
    private static async Task<byte[]> PacketAsync(NetworkStream stream)
    {
        var one = new byte[1];
        await stream.ReadExactlyAsync(one, Ending);
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            await stream.ReadExactlyAsync(one, Ending);
            length |= (one[0] & 0x7F) << shift;
            if (one[0] < 0x80) break;
        }

        var body = new byte[length];
        await stream.ReadExactlyAsync(body, Ending);
        return body;
    }
}
