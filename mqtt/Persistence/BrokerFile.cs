using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Persistence;

/// <summary>The file of the embedded broker, open for writing.</summary>
internal sealed class BrokerFile : StoreFile
{
    private readonly SqliteStatement insertMessage;
    private readonly SqliteStatement deleteMessage;
    private readonly SqliteStatement insertDelivery;
    private readonly SqliteStatement updateDelivery;
    private readonly SqliteStatement deleteDelivery;
    private readonly SqliteStatement putSession;
    private readonly SqliteStatement[] deleteSession;
    private readonly SqliteStatement putSubscription;
    private readonly SqliteStatement deleteSubscription;
    private readonly SqliteStatement insertReceived;
    private readonly SqliteStatement deleteReceived;
    private readonly SqliteStatement putRetained;
    private readonly SqliteStatement deleteRetained;
    private long lastMessage;

    public BrokerFile(string path)
        : base(path, BrokerSchema.Schema)
    {
        insertMessage = Prepare("INSERT INTO message VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        deleteMessage = Prepare("DELETE FROM message WHERE id = ?1");
        insertDelivery = Prepare("INSERT INTO delivery VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        updateDelivery = Prepare(
            "UPDATE delivery SET state = ?3, packet = ?4, message = iif(?3 = 2, NULL, message) WHERE session = ?1 AND number = ?2");
        deleteDelivery = Prepare("DELETE FROM delivery WHERE session = ?1 AND number = ?2");
        putSession = Prepare("INSERT OR REPLACE INTO session VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
        deleteSession =
        [
            Prepare("DELETE FROM session WHERE id = ?1"), Prepare("DELETE FROM subscription WHERE session = ?1"),
            Prepare("DELETE FROM received WHERE session = ?1"),
        ];
        putSubscription = Prepare("INSERT OR REPLACE INTO subscription VALUES (?1, ?2, ?3, ?4)");
        deleteSubscription = Prepare("DELETE FROM subscription WHERE session = ?1 AND filter = ?2");
        insertReceived = Prepare("INSERT OR REPLACE INTO received VALUES (?1, ?2)");
        deleteReceived = Prepare("DELETE FROM received WHERE session = ?1 AND packet = ?2");
        putRetained = Prepare("INSERT OR REPLACE INTO retained VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        deleteRetained = Prepare("DELETE FROM retained WHERE id = ?1");
        using var last = new SqliteStatement(Connection, "SELECT max(id) FROM message");
        if (last.Step()) lastMessage = last.Int64(0);
    }

    /// <summary>Reads everything that is in it.</summary>
    public BrokerContents Read(BrokerStore store) => BrokerContents.Read(Connection, store);

    /// <summary>One more delivery needs a message: with the first one it is written.</summary>
    public void Reference(StoredMessage message)
    {
        if (message.FileReferences++ > 0) return;
        message.FileId = ++lastMessage;
        Bind(insertMessage, message.FileId, message).Run();
    }

    /// <summary>One delivery less needs a message: with the last one it is deleted.</summary>
    public void Dereference(StoredMessage message)
    {
        if (--message.FileReferences == 0) deleteMessage.Bind(1, message.FileId).Run();
    }

    /// <param name="delivery">The delivery.</param>
    /// <param name="state">Its state in the upper half, its packet identifier in the lower.</param>
    public void Insert(DeliveryRecord delivery, int state)
    {
        var options = delivery.Options;
        At(insertDelivery, delivery.Key).Bind(4, state >> 16).Bind(5, state & 0xFFFF)
            .Bind(6, (long)options.Qos | (options.Retain ? 4L : 0)).Bind(7, options.Identifiers);
        if (options.Group is { } group) insertDelivery.Bind(8, group);
        else insertDelivery.BindNull(8);
        if (state >> 16 == (int)DeliveryState.Released) insertDelivery.BindNull(3).Run();
        else insertDelivery.Bind(3, delivery.Message.FileId).Run();
    }

    /// <summary>Writes how far a delivery is. A message is not needed any more when it is released.</summary>
    public void Update(DeliveryKey key, int state) => At(updateDelivery, key).Bind(3, state >> 16).Bind(4, state & 0xFFFF).Run();

    public void Delete(DeliveryKey key) => At(deleteDelivery, key).Run();

    public void PutSession(SessionRecord session, SessionState state)
    {
        putSession.Bind(1, session.Number).Bind(2, session.ClientId).Bind(3, (long)state.Expiry.TotalSeconds);
        if (state.Left is { } left) putSession.Bind(4, left.ToUnixTimeMilliseconds());
        else putSession.BindNull(4);
        if (state.Will is { } will)
        {
            putSession.Bind(5, will.Topic).Bind(6, will.Payload).Bind(7, will.Properties)
                .Bind(8, (long)will.Qos | (will.Retain ? 4L : 0)).Bind(9, will.DelaySeconds);
        }
        else
        {
            for (var column = 5; column <= 9; column++) putSession.BindNull(column);
        }

        if (state.UserName is { } user) putSession.Bind(10, user);
        else putSession.BindNull(10);
        putSession.Run();
    }

    public void DeleteSession(long number)
    {
        foreach (var statement in deleteSession) statement.Bind(1, number).Run();
    }

    public void PutSubscription(long session, string filter, SubscriptionRow? row)
    {
        if (row is null) deleteSubscription.Bind(1, session).Bind(2, filter).Run();
        else putSubscription.Bind(1, session).Bind(2, filter).Bind(3, row.Options).Bind(4, row.Identifiers).Run();
    }

    public void InsertReceived(long session, ushort packetId) => insertReceived.Bind(1, session).Bind(2, packetId).Run();

    public void DeleteReceived(long session, ushort packetId) => deleteReceived.Bind(1, session).Bind(2, packetId).Run();

    public void PutRetained(long number, StoredMessage message) => Bind(putRetained, number, message).Run();

    public void DeleteRetained(long number) => deleteRetained.Bind(1, number).Run();

    private static SqliteStatement At(SqliteStatement statement, DeliveryKey key) => statement.Bind(1, key.Session).Bind(2, key.Number);

    private static SqliteStatement Bind(SqliteStatement statement, long id, StoredMessage message)
    {
        statement.Bind(1, id).Bind(2, message.Topic).Bind(3, message.Payload).Bind(4, message.Properties).Bind(5, message.Flags);
        var expires = message.Expires;
        return expires == DateTimeOffset.MaxValue ? statement.BindNull(6) : statement.Bind(6, expires.ToUnixTimeMilliseconds());
    }
}
