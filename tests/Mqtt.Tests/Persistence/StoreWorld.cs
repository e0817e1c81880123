using System.Text;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Persistence;

/// <summary>A store in a folder of its own, which can be closed and opened again.</summary>
internal sealed class StoreWorld : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly TempFolder folder = new();
    private readonly RecordingLog<StoreWorld> log = new();

    public StoreWorld() => Store = Open();

    public BrokerStore Store { get; private set; }

    public bool ExpectsErrors { get; init; }

    public string Path => folder.File("mqtt.db");

    public static StoredMessage Message(string payload, MqttQos qos = MqttQos.AtLeastOnce, uint expiry = 0)
    {
        var properties = expiry == 0 ? [] : new PacketBuilder().Number(Property.MessageExpiryInterval, expiry).Written.ToArray();
        return new StoredMessage(
            new PublishPacket
            {
                Topic = "a/topic"u8, Payload = Encoding.UTF8.GetBytes(payload), Properties = properties, Qos = qos,
                ExpiryOffset = StoredMessage.FindExpiry(properties),
            },
            Now);
    }

    public static string Payload(StoredMessage message) => Encoding.UTF8.GetString(message.Payload);

    public BrokerStore Open() => BrokerStore.Open(Path, 1 << 30, log);

    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = Open();
    }

    /// <summary>A session that is kept for an hour.</summary>
    public SessionRecord Session(string clientId)
    {
        var session = Store.NewSession(clientId);
        session.Set(new SessionState(TimeSpan.FromHours(1), Now, null, null));
        return session;
    }

    /// <summary>A delivery that waits for an absent client.</summary>
    public DeliveryRecord Deliver(SessionRecord to, StoredMessage message, Pledge? pledge = null)
    {
        var delivery = new DeliveryRecord(Store, to.NextDelivery(), message, new DeliveryOptions(MqttQos.AtLeastOnce, false, []));
        if (pledge is null) delivery.Changed(Urgency.Now);
        else pledge.Add(delivery, isSent: false);
        return delivery;
    }

    /// <summary>How many rows a table has.</summary>
    public long Rows(string table)
    {
        using var connection = StoreFile.OpenToInspect(Path);
        using var count = new SqliteStatement(connection, $"SELECT count(*) FROM {table}");
        return count.Step() ? count.Int64(0) : -1;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        folder.Dispose();
        if (!ExpectsErrors) Assert.Empty(log.Errors);
    }
}

/// <summary>Notes what was paid.</summary>
internal sealed class Debtor : IMqttDebtor
{
    private readonly TaskCompletionSource paid = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int times;

    public Task Paid => paid.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);

    public int Times => Volatile.Read(ref times);

    public void Acknowledge(long token)
    {
        Interlocked.Increment(ref times);
        paid.TrySetResult();
    }
}
