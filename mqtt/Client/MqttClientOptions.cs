using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.Extensions.Options;
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

    /// <summary>QoS 1 messages that may be sent and not acknowledged by the broker; it may ask for fewer. More wait in
    /// <see cref="IMqttClient.PublishAsync"/>. Default 1024. Range 1 to 60,000.</summary>
    [Range(1, 60_000)]
    public int MaximumInFlight { get; set; } = 1024;

    /// <summary>QoS 1 messages that the broker may send before they are acknowledged here; 5.0 only. Default 1024. Range 1 to 65535.</summary>
    [Range(1, 65535)]
    public int ReceiveMaximum { get; set; } = 1024;

    /// <summary>The largest packet that is accepted, in bytes. Default 2 MiB. Range 256 B to 256 MiB.</summary>
    [Range(256, 268_435_455)]
    public int MaximumPacketSize { get; set; } = 2 * 1024 * 1024;

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

        if (Will is null) return problems;
        if (!TopicRules.IsName(Encoding.UTF8.GetBytes(Will.Topic))) problems.Add($"Will: '{Will.Topic}' is not a valid topic name.");
        if (Will.Qos > MqttQos.AtLeastOnce) problems.Add("Will: only QoS 0 and 1 are supported.");
        if (Will.Payload.Length > ushort.MaxValue) problems.Add("Will: the payload is longer than 65,535 bytes.");
        return problems;
    }
}

/// <summary>Checks the ranges of <see cref="MqttClientOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class MqttClientOptionsValidator : IValidateOptions<MqttClientOptions>;
