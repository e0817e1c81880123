using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;

namespace Plantroom.Mqtt.Client;

/// <summary>The file of an offline queue. Locked for one client: two would send everything twice.</summary>
internal sealed class OutboxFile : StoreFile
{
    /// <summary>"PROB", Plantroom outbox.</summary>
    public static readonly StoreSchema Schema = new(
        0x50524F42,
        [
            [
                """
                CREATE TABLE message (
                  number INTEGER PRIMARY KEY, topic BLOB NOT NULL, payload BLOB NOT NULL, properties BLOB NOT NULL,
                  qos INTEGER NOT NULL, retain INTEGER NOT NULL, queued INTEGER NOT NULL)
                """,
            ],
        ]);

    private readonly TimeProvider time;
    private readonly SqliteStatement insert;
    private readonly SqliteStatement delete;

    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">It cannot be opened, or another client has it.</exception>
    public OutboxFile(string path, TimeProvider time)
        : base(path, Schema)
    {
        this.time = time;
        try
        {
            Run("PRAGMA locking_mode=EXCLUSIVE");
            insert = Prepare("INSERT INTO message (number, topic, payload, properties, qos, retain, queued) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
            delete = Prepare("DELETE FROM message WHERE number = ?1");
            Begin();
            Run("UPDATE message SET number = number WHERE 0");
            Commit();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Insert(QueuedMessage queued)
    {
        var now = time.GetUtcNow();
        var packet = queued.Message.View(now);
        insert.Bind(1, queued.Number).Bind(2, packet.Topic).Bind(3, packet.Payload).Bind(4, packet.Properties)
            .Bind(5, (long)queued.Qos).Bind(6, queued.Retain ? 1 : 0).Bind(7, now.ToUnixTimeSeconds()).Run();
    }

    public void Delete(long number) => delete.Bind(1, number).Run();

    /// <summary>What is in it, in order.</summary>
    public List<QueuedMessage> All()
    {
        var all = new List<QueuedMessage>();
        var select = Prepare("SELECT number, topic, payload, properties, qos, retain, queued FROM message ORDER BY number");
        while (select.Step())
        {
            var (qos, retain) = ((MqttQos)select.Int64(4), select.Int64(5) == 1);
            var packet = Packet(select.Blob(1), select.Blob(2), select.Blob(3));
            var message = new StoredMessage(packet, DateTimeOffset.FromUnixTimeSeconds(select.Int64(6)));
            all.Add(new QueuedMessage(select.Int64(0), message, qos, retain, isWritten: true));
        }

        return all;
    }

    /// <summary>A message with the place of its expiry looked up, from which on its time counts.</summary>
    public static PublishPacket Packet(byte[] topic, ReadOnlySpan<byte> payload, byte[] properties)
    {
        var reader = new PropertyReader(properties, Properties.InPublish);
        var expiry = 0;
        while (reader.Next())
        {
            if (reader.Id == Property.MessageExpiryInterval) expiry = reader.ValueOffset;
        }

        return new PublishPacket { Topic = topic, Payload = payload, Properties = properties, ExpiryOffset = expiry };
    }
}
