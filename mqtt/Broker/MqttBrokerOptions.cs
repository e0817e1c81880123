using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Plantroom.Mqtt;

/// <summary>Where the embedded broker listens and what it takes on.</summary>
public sealed class MqttBrokerOptions
{
    /// <summary>The address to listen on. Default 127.0.0.1. Another one than this computer's own loopback needs a password file with users
    /// in it; passwords travel in clear there, so that <see cref="Tls"/> is the better way in for other computers.</summary>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>The TCP port. Default 1883; 0 takes a free one. Range 0 to 65535.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 1883;

    /// <summary>Whether clients that come over a loopback address need not say who they are. Default true. Then a user name is checked only
    /// once there are passwords; a client without one is anonymous.</summary>
    public bool AnonymousLoopback { get; set; } = true;

    /// <summary>The users that may connect, see <see cref="MqttPasswordFile"/>. Read again when it changes. Default none.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>The rules about topics: who may publish and subscribe to what. Read again when it changes. Empty, the default, is everything
    /// but to publish to <c>$SYS/#</c>, for everybody who may connect.</summary>
    public string AclFile { get; set; } = "";

    /// <summary>The listener with TLS.</summary>
    [ValidateObjectMembers]
    public MqttTlsOptions Tls { get; set; } = new();

    /// <summary>What becomes of failed and of successful logins.</summary>
    [ValidateObjectMembers]
    public MqttLoginOptions Login { get; set; } = new();

    /// <summary>MQTT over WebSocket.</summary>
    public MqttWebSocketOptions WebSocket { get; set; } = new();

    /// <summary>Clients that may be connected at once; more are refused with 0x97. Default 10,000. Range 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int MaximumConnections { get; set; } = 10_000;

    /// <summary>Sessions that may be kept, with and without a client; more are refused with 0x97. Default 20,000. Range 1 to
    /// 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int MaximumSessions { get; set; } = 20_000;

    /// <summary>Topic filters that a client may have, and that one SUBSCRIBE may ask for; more are refused with 0x97. Default 1,000. Range 1
    /// to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int MaximumSubscriptionsPerClient { get; set; } = 1_000;

    /// <summary>About the bytes that the topic filters of all clients together may take; more are refused with 0x97. Default 1 GiB. Range 1 MiB
    /// to 1 TiB.</summary>
    [Range(1L << 20, 1L << 40)]
    public long MaximumSubscriptionBytes { get; set; } = 1L << 30;

    /// <summary>The largest packet that is accepted, in bytes. Default 2 MiB. Range 256 B to 256 MiB.</summary>
    [Range(256, 268_435_455)]
    public int MaximumPacketSize { get; set; } = 2 * 1024 * 1024;

    /// <summary>Messages of QoS 1 and 2 of one client that may be received and not yet acknowledged: announced to 5.0 clients as Receive Maximum,
    /// enforced on 3.1.1 clients by not reading on. Default 4096. Range 1 to 65535.</summary>
    [Range(1, 65535)]
    public int ReceiveMaximum { get; set; } = 4096;

    /// <summary>Messages that may wait for one subscriber, on the way to its socket and in its session each. Default 10,000. Range 1 to
    /// 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int OutboundQueueLength { get; set; } = 10_000;

    /// <summary>Bytes that may wait for one subscriber, on the way to its socket and in its session each; the latter count until they are
    /// acknowledged. One message alone always may. Default 8 MiB. Range 64 KiB to 256 MiB.</summary>
    [Range(65_536, 268_435_456)]
    public int OutboundQueueBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>Bytes of messages that may wait for all subscribers together, and 128 for each message. Beyond, it is as if each queue with
    /// something in it were full, and that of each absent client. Default 1 GiB. Range 1 MiB to 1 TiB.</summary>
    [Range(1L << 20, 1L << 40)]
    public long MaximumQueuedBytes { get; set; } = 1L << 30;

    /// <summary>Messages of QoS 1 and 2 that may be on the way to one client and not acknowledged by it; a 5.0 client may ask for fewer. Default
    /// 1024. Range 1 to 65535.</summary>
    [Range(1, 65535)]
    public int MaximumInFlight { get; set; } = 1024;

    /// <summary>How long a publisher waits for a live subscriber whose queue is full, before that one is disconnected. Default 5 s. Range
    /// 100 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan SlowSubscriberTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What becomes of a QoS 0 message when a live subscriber has no room for it. Default: its publisher waits.</summary>
    public MqttSlowSubscriberPolicy SlowSubscriberPolicy { get; set; }

    /// <summary>How long messages may wait for others while 5,000 or more a second come to the broker: so that connections are read and
    /// written once for several. Nothing that is waited for is held back. Whole milliseconds. Default 1 ms; 0 is never. Range 0 to
    /// 20 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:00.020")]
    public TimeSpan CoalesceInterval { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Topic aliases that a 5.0 client may use, and that are used towards one which takes as many. Default 1024; 0 is none. Range 0
    /// to 65535.</summary>
    [Range(0, 65535)]
    public int TopicAliasMaximum { get; set; } = 1024;

    /// <summary>The longest keep-alive that a 5.0 client may have; one that asks for more, or for none, is told so. Whole seconds. Default 0:
    /// no limit. Range 0 to 18 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "18:00:00")]
    public TimeSpan MaximumKeepAlive { get; set; }

    /// <summary>What the response topics of a client start with, followed by its client id: told to a 5.0 client that asks. Default
    /// "response/".</summary>
    [Required]
    public string ResponseTopicPrefix { get; set; } = "response/";

    /// <summary>How often the topics below $SYS/broker are published. Default 10 s; 0 is never. Range 0 to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan SysInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a new connection may take until its CONNECT. Default 10 s. Range 1 s to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest that the session of an absent client is kept, whatever it asks for. Default 1 day. Range 0 to 40 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "40.00:00:00")]
    public TimeSpan MaximumSessionExpiry { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Topics that may have a retained message. Default 50,000. Range 0 to 10,000,000.</summary>
    [Range(0, 10_000_000)]
    public int MaximumRetainedMessages { get; set; } = 50_000;

    /// <summary>Bytes that all retained messages together may take. Default 64 MiB. Range 0 to 2 GiB.</summary>
    [Range(0L, 2L * 1024 * 1024 * 1024)]
    public long MaximumRetainedBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>The SQLite file that keeps sessions, what is owed to them, and retained messages. Its folder must exist. Default none: all
    /// is in memory and gone when the broker stops.</summary>
    public string? Persistence { get; set; }

    /// <summary>Bytes of messages that all sessions together may keep in the file. Beyond, it is as if each queue with something in it
    /// were full, and that of each absent client. Default 1 GiB. Range 1 MiB to 1 TiB.</summary>
    [Range(1L << 20, 1L << 40)]
    public long MaximumPersistedBytes { get; set; } = 1L << 30;

    /// <summary>What is wrong with these options and with the files that they name, each naming its key; empty when nothing is. For the
    /// start-up check of a host.</summary>
    /// <param name="credentials">Who decides instead of the password file; null for none.</param>
    public IReadOnlyList<string> Problems(IMqttCredentials? credentials = null) => Broker.Security.OptionProblems.Of(this, credentials);
}

/// <summary>Checks the ranges of <see cref="MqttBrokerOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class MqttBrokerOptionsValidator : IValidateOptions<MqttBrokerOptions>;
