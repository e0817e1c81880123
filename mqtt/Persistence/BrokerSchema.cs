namespace Plantroom.Mqtt.Persistence;

/// <summary>
/// The tables of the embedded broker. Times are milliseconds since 1970 UTC. Flags are the QoS in the lowest two bits and the retain flag
/// above them.
/// </summary>
internal static class BrokerSchema
{
    /// <summary>"PMqt" in ASCII.</summary>
    private const int ApplicationId = 0x504D7174;

    public static readonly StoreSchema Schema = new(ApplicationId,
    [
        [
            """
            CREATE TABLE session (
                id INTEGER PRIMARY KEY, client TEXT NOT NULL, expiry_s INTEGER NOT NULL, left_ms INTEGER,
                will_topic BLOB, will_payload BLOB, will_properties BLOB, will_flags INTEGER, will_delay_s INTEGER,
                user TEXT)
            """,
            """
            CREATE TABLE subscription (
                session INTEGER NOT NULL, filter TEXT NOT NULL, options INTEGER NOT NULL, identifiers BLOB NOT NULL,
                PRIMARY KEY (session, filter)) WITHOUT ROWID
            """,

            // One row for all deliveries of a message.
            """
            CREATE TABLE message (
                id INTEGER PRIMARY KEY, topic BLOB NOT NULL, payload BLOB NOT NULL, properties BLOB NOT NULL, flags INTEGER NOT NULL,
                expires_ms INTEGER)
            """,

            // State: 0 waiting, 1 sent, 2 released (QoS 2; the message is not needed any more).
            """
            CREATE TABLE delivery (
                session INTEGER NOT NULL, number INTEGER NOT NULL, message INTEGER, state INTEGER NOT NULL, packet INTEGER NOT NULL,
                flags INTEGER NOT NULL, identifiers BLOB NOT NULL,
                PRIMARY KEY (session, number)) WITHOUT ROWID
            """,
            "CREATE TABLE received (session INTEGER NOT NULL, packet INTEGER NOT NULL, PRIMARY KEY (session, packet)) WITHOUT ROWID",
            """
            CREATE TABLE retained (
                id INTEGER PRIMARY KEY, topic BLOB NOT NULL, payload BLOB NOT NULL, properties BLOB NOT NULL, flags INTEGER NOT NULL,
                expires_ms INTEGER)
            """,
        ],

        // The filter of the group that shares the message.
        ["ALTER TABLE delivery ADD COLUMN share TEXT"],
    ]);
}
