using System.Globalization;
using Plantroom.Mqtt;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Tests;
using Plantroom.TestKit;
using Plantroom.TestKit.Hosting;

namespace Plantroom.EndToEnd.Tests;

/// <summary>
/// What the broker owes to a kept session outlives the broker: kill it at any moment, and every acknowledged message of QoS 1 arrives, and
/// every message of QoS 2 arrives once. In every second round the subscriber is there while the broker is killed.
/// </summary>
public sealed class BrokerKillTests : IDisposable
{
    private const int Rounds = 6;
    private const int PerRound = 300;
    private readonly TempFolder folder = new();
    private readonly KillPublisher publisher = new();
    private readonly KillSubscriber subscriber = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Kill_OfTheBrokerUnderLoad_KeepsWhatItOwes()
    {
        for (var round = 0; round < Rounds; round++)
        {
            await using var host = await HostProcess.StartAsync(folder.Path, "--roles", "all,-simulators");
            using var receiving = await subscriber.ConnectAsync(host.MqttPort);
            var reading = round % 2 == 1 ? subscriber.ReadToEndAsync(receiving) : Task.CompletedTask;
            if (round % 2 == 0) receiving.Dispose();
            using var sending = await publisher.ConnectAsync(host.MqttPort);
            var publishing = publisher.PublishToEndAsync(sending);
            await publisher.UntilAcknowledgedAsync((round + 1) * PerRound);
            await host.KillAsync();
            await Task.WhenAll(reading, publishing);
        }

        await using var last = await HostProcess.StartAsync(folder.Path, "--roles", "all,-simulators");
        using (var sending = await publisher.ConnectAsync(last.MqttPort)) await publisher.FinishAsync(sending);
        using (var receiving = await subscriber.ConnectAsync(last.MqttPort)) await subscriber.ReadAllAsync(receiving, publisher);
        Assert.True(subscriber.IsExpected, "the session was lost");
        Assert.Equal(subscriber.ExactlyOnce.Count, subscriber.ExactlyOnce.Distinct().Count());
        Assert.Equal(publisher.Completed.Order(), subscriber.ExactlyOnce.Order());
        Assert.InRange(publisher.Acknowledged.Count + publisher.Completed.Count, Rounds * PerRound, int.MaxValue);
    }
}

/// <summary>Publishes numbers alternately with QoS 1 and 2, and goes on with what it has begun when it connects again.</summary>
internal sealed class KillPublisher
{
    private const int InFlight = 40;
    private readonly Dictionary<ushort, int> unanswered = [];
    private readonly Dictionary<ushort, int> released = [];
    private int next;
    private int acknowledged;

    public HashSet<int> Acknowledged { get; } = [];

    public List<int> Completed { get; } = [];

    public async Task<RawClient> ConnectAsync(int port)
    {
        var client = await RawClient.OpenAsync(port);
        var connect = new ConnectPacket { ClientId = "publisher", Version = MqttProtocolVersion.V50, SessionExpiry = 3600, CleanStart = false };
        await client.ConnectAsync(connect);
        foreach (var (id, number) in unanswered) await SendAsync(client, id, number, again: true);
        foreach (var id in released.Keys) await client.AnswerAsync(PacketType.Pubrel, id);
        return client;
    }

    /// <summary>Completes when so many are answered.</summary>
    public async Task UntilAcknowledgedAsync(int count)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Volatile.Read(ref acknowledged) < count) await pause.WaitForNextTickAsync(patience.Token);
    }

    public async Task PublishToEndAsync(RawClient client)
    {
        try
        {
            while (true)
            {
                while (unanswered.Count + released.Count < InFlight) await BeginAsync(client);
                if (!await TakeAsync(client)) return;
            }
        }
        catch (IOException)
        {
            // Killed.
        }
    }

    /// <summary>Begins nothing new.</summary>
    public async Task FinishAsync(RawClient client)
    {
        while (unanswered.Count + released.Count > 0) Assert.True(await TakeAsync(client));
    }

    private static Task SendAsync(RawClient client, ushort id, int number, bool again) => client.PublishAsync(
        "kill/test", number.ToString(CultureInfo.InvariantCulture), number % 2 == 0 ? MqttQos.ExactlyOnce : MqttQos.AtLeastOnce, id,
        duplicate: again);

    private Task BeginAsync(RawClient client)
    {
        var number = ++next;
        var id = (ushort)((number % 60_000) + 1);
        unanswered.Add(id, number);
        return SendAsync(client, id, number, again: false);
    }

    private async Task<bool> TakeAsync(RawClient client)
    {
        if (await client.ReadAsync() is not { } packet) return false;
        var id = AcknowledgementPacket.Read(packet.Body, client.Version).PacketId;
        if (packet.Type == PacketType.Pubrec)
        {
            if (unanswered.Remove(id, out var number)) released[id] = number;
            await client.AnswerAsync(PacketType.Pubrel, id);
            return true;
        }

        if (packet.Type == PacketType.Puback && unanswered.Remove(id, out var once)) Acknowledged.Add(once);
        if (packet.Type == PacketType.Pubcomp && released.Remove(id, out var completed)) Completed.Add(completed);
        Interlocked.Increment(ref acknowledged);
        return true;
    }
}

/// <summary>Counts what it gets; the identifiers of QoS 2 that it holds outlive its connections.</summary>
internal sealed class KillSubscriber
{
    private readonly HashSet<ushort> held = [];
    private bool connectedBefore;

    public bool IsExpected { get; private set; } = true;

    public HashSet<int> AtLeastOnce { get; } = [];

    public List<int> ExactlyOnce { get; } = [];

    public async Task<RawClient> ConnectAsync(int port)
    {
        var client = await RawClient.OpenAsync(port);
        var connect = new ConnectPacket { ClientId = "subscriber", Version = MqttProtocolVersion.V50, SessionExpiry = 3600, CleanStart = false };
        await client.ConnectAsync(connect);
        IsExpected &= client.Connack.SessionPresent == connectedBefore;
        if (!connectedBefore) await client.SubscribeAsync("kill/#", MqttQos.ExactlyOnce);
        connectedBefore = true;
        return client;
    }

    public async Task ReadToEndAsync(RawClient client)
    {
        try
        {
            while (await client.ReadAsync() is { } packet) await TakeAsync(client, packet);
        }
        catch (IOException)
        {
            // Killed.
        }
    }

    /// <summary>Reads until nothing is missing, and then what comes too much, if anything does.</summary>
    public async Task ReadAllAsync(RawClient client, KillPublisher publisher)
    {
        while (!publisher.Acknowledged.IsSubsetOf(AtLeastOnce) || ExactlyOnce.Count < publisher.Completed.Count)
        {
            var packet = await client.ReadAsync();
            Assert.NotNull(packet);
            await TakeAsync(client, packet);
        }

        await client.SendAsync(SmallPackets.Pingreq.ToArray());
        while (await client.ReadAsync() is { } packet && packet.Type != PacketType.Pingresp) await TakeAsync(client, packet);
    }

    private async Task TakeAsync(RawClient client, RawPacket packet)
    {
        if (packet.Type == PacketType.Pubrel)
        {
            var released = AcknowledgementPacket.Read(packet.Body, client.Version).PacketId;
            held.Remove(released);
            await client.AnswerAsync(PacketType.Pubcomp, released);
        }

        if (packet.Type != PacketType.Publish) return;
        var message = RawMessage.Read(packet, client.Version);
        var number = int.Parse(message.Payload, CultureInfo.InvariantCulture);
        if (message.Qos == MqttQos.AtLeastOnce) AtLeastOnce.Add(number);
        else if (held.Add(message.Id)) ExactlyOnce.Add(number);
        await client.AnswerAsync(message.Qos == MqttQos.AtLeastOnce ? PacketType.Puback : PacketType.Pubrec, message.Id);
    }
}
