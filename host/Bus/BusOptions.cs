using Plantroom.Mqtt;

namespace Plantroom.Host.Bus;

/// <summary>What carries messages between the modules.</summary>
internal enum BusKind
{
    /// <summary>Objects within the process.</summary>
    Memory,

    /// <summary>An MQTT 5.0 broker.</summary>
    Mqtt,
}

/// <summary>How the modules reach each other. Section <c>Bus</c>.</summary>
internal sealed class BusOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Bus";

    /// <summary>Default memory.</summary>
    public BusKind Kind { get; set; } = BusKind.Memory;

    /// <summary>
    /// The first part of this process's client ids at the broker, 1 to 64 letters, digits, <c>-</c> and <c>_</c>. Every process of its
    /// own needs one of its own, and keeps it: by it the broker knows what it has kept for whom. Default <c>plantroom</c>.
    /// </summary>
    public string ClientId { get; set; } = "plantroom";

    /// <summary>The broker of the bus; not the one that devices speak to, though it may be the same program.</summary>
    public MqttClientOptions Broker { get; set; } = new();

    /// <summary>A file whose first line is the password; instead of <c>Broker:Password</c>. Empty for none.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>For how long the broker keeps messages for a subscriber that is away. Default 1 day; 0 to 10,000 days.</summary>
    public TimeSpan SessionExpiry { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Names of subscribers, for example <c>ingest</c>, that share their messages with those of the same name in other processes, so that
    /// each message goes to one of them. Default none.
    /// </summary>
    public IList<string> Shared { get; } = [];
}
