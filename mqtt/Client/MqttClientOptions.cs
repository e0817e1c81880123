using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.Extensions.Options;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt;

/// <summary>Which broker a client connects to, and how.</summary>
public sealed class MqttClientOptions
{
    /// <summary>The broker's host name or address. Default 127.0.0.1.</summary>
    [Required]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>The broker's TCP port. Default 1883. Range 1 to 65535.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 1883;

    /// <summary>What carries the packets. Default TCP.</summary>
    public MqttTransport Transport { get; set; } = MqttTransport.Tcp;

    /// <summary>Where the broker's WebSocket is. Default /mqtt. Starts with a slash; not used over TCP.</summary>
    [Required]
    public string Path { get; set; } = "/mqtt";

    /// <summary>Encryption. Default none.</summary>
    public MqttClientTls Tls { get; set; } = new();

    /// <summary>The version of the protocol. Default 5.0.</summary>
    public MqttProtocolVersion ProtocolVersion { get; set; } = MqttProtocolVersion.V50;

    /// <summary>The client id. Default empty: the broker chooses one.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Whether the first connection throws away what the broker keeps of an earlier one. Default true. With 3.1.1 it also says
    /// that the session ends with every connection.</summary>
    public bool CleanStart { get; set; } = true;

    /// <summary>How long the broker keeps the session while the client is away; 5.0 only, whole seconds. Default 0: not at all.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "10000.00:00:00")]
    public TimeSpan SessionExpiry { get; set; }

    /// <summary>After how long without a sign of life the connection is given up; half of it is the interval of PINGREQ. Default 30 s; 0
    /// is no keep-alive. Range 0 to 18 h, whole seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "18:00:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The user name, null for none.</summary>
    public string? UserName { get; set; }

    /// <summary>The password, null for none. Never logged.</summary>
    public string? Password { get; set; }

    /// <summary>The will, null for none.</summary>
    public MqttWill? Will { get; set; }

    /// <summary>How long a connection may take until CONNACK. Default 10 s. Range 100 ms to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The first delay before a lost connection is made again; it doubles with every failure, and a random part of up to a half
    /// is taken off. Default 500 ms. Range 1 ms to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest delay before a lost connection is made again. Default 30 s. Range 1 ms to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan MaximumReconnectDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Messages of QoS 1 and 2 that may be sent and not acknowledged by the broker; it may ask for fewer. More wait in
    /// <see cref="IMqttClient.PublishAsync"/>. Default 1024. Range 1 to 60,000.</summary>
    [Range(1, 60_000)]
    public int MaximumInFlight { get; set; } = 1024;

    /// <summary>Messages of QoS 1 and 2 that the broker may send before they are acknowledged here; 5.0 only. Default 1024. Range 1 to 65535.</summary>
    [Range(1, 65535)]
    public int ReceiveMaximum { get; set; } = 1024;

    /// <summary>The largest packet that is accepted, in bytes. Default 2 MiB. Range 256 B to 256 MiB.</summary>
    [Range(256, 268_435_455)]
    public int MaximumPacketSize { get; set; } = 2 * 1024 * 1024;

    /// <summary>Topics that the broker may abbreviate with an alias in what it sends; 5.0 only. Default 0: none, for the name of a topic
    /// costs less than keeping it, unless the network is slow. Range 0 to 65535; together they may have 256 KiB.</summary>
    [Range(0, 65535)]
    public int TopicAliasMaximum { get; set; }

    /// <summary>Topics that are sent once for each connection and then abbreviated with an alias, when the broker allows it; 5.0 only. The
    /// first ones that are published get them. Default 32; 0 for none. Range 0 to 65535.</summary>
    [Range(0, 65535)]
    public int OutboundTopicAliasMaximum { get; set; } = 32;

    /// <summary>Names and values of one's own that CONNECT carries; 5.0 only. Default none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; set; } = [];

    /// <summary>
    /// Whether <see cref="IMqttClient.PublishAsync"/> with QoS 1 or 2 completes when the message is in a queue of this client, connected
    /// or not, instead of when the broker has acknowledged it. Default false.
    /// </summary>
    /// <remarks>
    /// The queue is sent in order whenever there is a connection; a message leaves it when the broker has acknowledged it. When it is full,
    /// PublishAsync waits for room: nothing is thrown away, except what its own expiry has made worthless and what the broker refuses,
    /// which is logged and counted. In memory, what is left in the queue is lost with the process and when the client is disposed; with
    /// <see cref="OutboxFile"/> it is sent by the next client on that file. QoS 0 is not queued.
    /// </remarks>
    public bool OfflineQueue { get; set; }

    /// <summary>
    /// A SQLite file that keeps the offline queue, made when it is not there; its folder must exist. One client at a time uses it.
    /// Default null: in memory.
    /// </summary>
    /// <remarks>
    /// PublishAsync then completes when the message is on the disk, or acknowledged already: a crash or a loss of power after that does not
    /// lose it. After a crash, messages that were acknowledged within the last second may be sent once more, those of QoS 2 too: exactly
    /// once holds while the process lives.
    /// </remarks>
    public string? OutboxFile { get; set; }

    /// <summary>Messages that the offline queue holds. Default 10,000. Range 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int OfflineQueueLength { get; set; } = 10_000;

    /// <summary>Bytes that the offline queue holds, in memory also when there is a file. One message alone always fits. Default 64 MiB.
    /// Range 64 KiB to 1 GiB.</summary>
    [Range(65_536, 1_073_741_824)]
    public int OfflineQueueBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>What is wrong with these options, each naming its key; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        var checkedByAttributes = new MqttClientOptionsValidator().Validate(null, this);
        if (checkedByAttributes.Failed) problems.AddRange(checkedByAttributes.Failures);
        if (!Enum.IsDefined(ProtocolVersion)) problems.Add($"ProtocolVersion: {ProtocolVersion} is neither V311 nor V50.");
        foreach (var (key, text) in new[] { (nameof(ClientId), ClientId), (nameof(UserName), UserName), (nameof(Password), Password) })
        {
            if (text is not null && Encoding.UTF8.GetByteCount(text) > ushort.MaxValue) problems.Add($"{key}: it is longer than 65,535 bytes.");
        }

        problems.AddRange(Tls.Problems());
        if (!Enum.IsDefined(Transport)) problems.Add($"Transport: {Transport} is neither Tcp nor WebSocket.");
        if (Path is not ['/', ..]) problems.Add($"Path: '{Path}' does not start with a slash.");
        if (OutboxFile is not null && !OfflineQueue) problems.Add("OutboxFile: needs OfflineQueue.");
        AddUnlessWritten(problems, nameof(UserProperties), new MqttPublicationProperties { UserProperties = UserProperties });
        if (Will is not null) AddProblems(Will, problems);
        return problems;
    }

    private static void AddProblems(MqttWill will, List<string> problems)
    {
        if (!TopicRules.IsName(Encoding.UTF8.GetBytes(will.Topic))) problems.Add($"Will: '{will.Topic}' is not a valid topic name.");
        if (will.Qos > MqttQos.ExactlyOnce) problems.Add($"Will: {will.Qos} is not a quality of service.");
        if (will.Payload.Length > ushort.MaxValue) problems.Add("Will: the payload is longer than 65,535 bytes.");
        AddUnlessWritten(problems, nameof(Will), will.Properties);
    }

    private static void AddUnlessWritten(List<string> problems, string key, MqttPublicationProperties? properties)
    {
        try
        {
            PublicationProperties.Write(properties);
        }
        catch (ArgumentException exception)
        {
            problems.Add($"{key}: {exception.Message}");
        }
    }
}

/// <summary>Checks the ranges of <see cref="MqttClientOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class MqttClientOptionsValidator : IValidateOptions<MqttClientOptions>;
