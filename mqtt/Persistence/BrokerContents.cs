using Microsoft.Data.Sqlite;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Persistence;

/// <summary>What was found in the file of the broker when it was opened.</summary>
internal sealed class BrokerContents
{
    private readonly HashSet<string> groups = new(StringComparer.Ordinal);

    public List<KeptSession> Sessions { get; } = [];

    public List<(RetainedRecord Record, StoredMessage Message)> Retained { get; } = [];

    /// <summary>Deliveries of sessions that have ended: the crash was faster than their removal.</summary>
    public List<DeliveryRecord> Orphans { get; } = [];

    /// <summary>The highest numbers of a session and of a retained message.</summary>
    public (long Session, long Retained) Highest { get; private set; }

    /// <exception cref="SqliteException">The file is damaged.</exception>
    public static BrokerContents Read(SqliteConnection connection, BrokerStore store)
    {
        var contents = new BrokerContents();
        var messages = ReadMessages(connection);
        contents.ReadRetained(connection, store);
        var byNumber = contents.ReadSessions(connection, store);
        ReadSubscriptions(connection, byNumber);
        contents.ReadDeliveries(connection, store, byNumber, messages);
        ReadReceived(connection, byNumber);
        foreach (var session in contents.Sessions) session.Record.Restored(session.State, session.LastDelivery);
        return contents;
    }

    private static Dictionary<long, StoredMessage> ReadMessages(SqliteConnection connection)
    {
        var messages = new Dictionary<long, StoredMessage>();
        using var rows = new SqliteStatement(connection, "SELECT * FROM message");
        while (rows.Step())
        {
            var message = Message(rows);
            message.FileId = rows.Int64(0);
            messages.Add(message.FileId, message);
        }

        return messages;
    }

    private void ReadRetained(SqliteConnection connection, BrokerStore store)
    {
        using var rows = new SqliteStatement(connection, "SELECT * FROM retained ORDER BY id");
        while (rows.Step())
        {
            var (record, message) = (new RetainedRecord(store, rows.Int64(0)), Message(rows));
            record.Restored(message);
            Retained.Add((record, message));
            Highest = Highest with { Retained = rows.Int64(0) };
        }
    }

    private Dictionary<long, KeptSession> ReadSessions(SqliteConnection connection, BrokerStore store)
    {
        var byNumber = new Dictionary<long, KeptSession>();
        using var rows = new SqliteStatement(connection, "SELECT * FROM session ORDER BY id");
        while (rows.Step())
        {
            DateTimeOffset? left = rows.IsNull(3) ? null : DateTimeOffset.FromUnixTimeMilliseconds(rows.Int64(3));
            var will = rows.IsNull(4)
                ? null
                : new WillMessage(
                    rows.Blob(4), rows.Blob(5), (MqttQos)(rows.Int64(7) & 3), (rows.Int64(7) & 4) != 0, (uint)rows.Int64(8), rows.Blob(6));
            var state = new SessionState(
                TimeSpan.FromSeconds(rows.Int64(2)), left, will, rows.IsNull(9) ? null : rows.Text(9));
            var session = new KeptSession(new SessionRecord(store, rows.Int64(0), rows.Text(1)), state);
            byNumber.Add(session.Record.Number, session);
            Sessions.Add(session);
            Highest = Highest with { Session = rows.Int64(0) };
        }

        return byNumber;
    }

    private static void ReadSubscriptions(SqliteConnection connection, Dictionary<long, KeptSession> sessions)
    {
        using var rows = new SqliteStatement(connection, "SELECT * FROM subscription");
        while (rows.Step())
        {
            if (!sessions.TryGetValue(rows.Int64(0), out var session)) continue;
            session.Subscriptions.Add((rows.Text(1), new SubscriptionRow((byte)rows.Int64(2), rows.Blob(3))));
        }
    }

    private void ReadDeliveries(
        SqliteConnection connection, BrokerStore store, Dictionary<long, KeptSession> sessions, Dictionary<long, StoredMessage> messages)
    {
        using var rows = new SqliteStatement(connection, "SELECT * FROM delivery ORDER BY session, number");
        while (rows.Step())
        {
            var key = new DeliveryKey(rows.Int64(0), rows.Int64(1));
            var message = rows.IsNull(2) ? StoredMessage.None : messages[rows.Int64(2)];
            var options = new DeliveryOptions((MqttQos)(rows.Int64(5) & 3), (rows.Int64(5) & 4) != 0, rows.Blob(6), Group(rows));
            var delivery = DeliveryRecord.Restore(store, key, message, options, (DeliveryState)rows.Int64(3), (ushort)rows.Int64(4));
            if (sessions.TryGetValue(key.Session, out var session)) session.Deliveries.Add(delivery);
            else Orphans.Add(delivery);
        }
    }

    private static void ReadReceived(SqliteConnection connection, Dictionary<long, KeptSession> sessions)
    {
        using var rows = new SqliteStatement(connection, "SELECT * FROM received");
        while (rows.Step())
        {
            if (sessions.TryGetValue(rows.Int64(0), out var session)) session.Received.Add((ushort)rows.Int64(1));
        }
    }

    /// <summary>One string for all messages of a group.</summary>
    private string? Group(SqliteStatement rows)
    {
        if (rows.IsNull(7)) return null;
        var read = rows.Text(7);
        if (groups.TryGetValue(read, out var known)) return known;
        groups.Add(read);
        return read;
    }

    private static StoredMessage Message(SqliteStatement rows)
    {
        DateTimeOffset? expires = rows.IsNull(5) ? null : DateTimeOffset.FromUnixTimeMilliseconds(rows.Int64(5));
        return new StoredMessage(rows.Blob(1), rows.Blob(2), rows.Blob(3), rows.Int64(4), expires);
    }
}

/// <summary>A session as it was found.</summary>
internal sealed record KeptSession(SessionRecord Record, SessionState State)
{
    public List<(string Filter, SubscriptionRow Row)> Subscriptions { get; } = [];

    /// <summary>In the order of sending.</summary>
    public List<DeliveryRecord> Deliveries { get; } = [];

    public List<ushort> Received { get; } = [];

    public long LastDelivery => Deliveries.Count == 0 ? 0 : Deliveries[^1].Key.Number;
}
