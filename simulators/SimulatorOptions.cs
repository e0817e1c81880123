using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Plantroom.Simulators;

/// <summary>Settings of the simulated building, section <c>Simulator</c>.</summary>
public sealed class SimulatorOptions
{
    /// <summary>The section.</summary>
    public const string Section = "Simulator";

    /// <summary>Of all random numbers: the same seed and scenario give the same course. Default 1.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>The name of a shipped scenario, or the path of a <c>.yaml</c> file. Default <c>normal</c>.</summary>
    [Required]
    public string Scenario { get; set; } = "normal";

    /// <summary>The id of the site that the building stands for. Default <c>hq</c>.</summary>
    [Required]
    [RegularExpression(@"[^/+#\s]{1,64}")]
    public string Site { get; set; } = "hq";

    /// <summary>The time zone of the people in the building. Default <c>Asia/Shanghai</c>.</summary>
    [Required]
    public string TimeZone { get; set; } = "Asia/Shanghai";

    /// <summary>
    /// How much faster than the clock the building lives; readings carry the clock's time all the same. 0.1 to 1,000, default 1.
    /// </summary>
    [Range(0.1, 1000)]
    public double Speed { get; set; } = 1;

    /// <summary>How often the devices look for changes to report. 100 ms to 10 s, default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:10")]
    public TimeSpan Tick { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a device reports when nothing changes. 1 s to 1 h, default 50 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(50);

    /// <summary>How often meters report. 1 s to 1 h, default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan MeterInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often levels and pressures are reported. 1 s to 1 h, default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LevelInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often levels are reported while it rains. 100 ms to 1 h, default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan LevelIntervalInRain { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How much of the past is simulated first, and delivered behind the present. 0 to 31 days, default 0.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "31.00:00:00")]
    public TimeSpan Backfill { get; set; } = TimeSpan.Zero;

    /// <summary>The step between readings of the past. 1 s to 1 h, default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan BackfillStep { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The most messages of the past that are sent per second. 10 to 1,000,000, default 5,000.</summary>
    [Range(10, 1_000_000)]
    public int BackfillRate { get; set; } = 5000;

    /// <summary>
    /// The most messages of the past that wait for their delivery, about 300 bytes of memory each; of a longer past the oldest
    /// are left out. A day of the building in steps of a minute is 26,000. 1,000 to 10,000,000, default 100,000.
    /// </summary>
    [Range(1_000, 10_000_000)]
    public int BackfillMessages { get; set; } = 100_000;

    /// <summary>How many messages may wait for the broker's acknowledgement. 1 to 10,000, default 64.</summary>
    [Range(1, 10_000)]
    public int InFlight { get; set; } = 64;

    /// <summary>Where the readings are published, without the site and the equipment. Default <c>plantroom/v1/in</c>.</summary>
    [Required]
    public string Topic { get; set; } = "plantroom/v1/in";

    /// <summary>Where it says whether it is online. Default <c>plantroom/v1/status/simulator</c>.</summary>
    [Required]
    public string StatusTopic { get; set; } = "plantroom/v1/status/simulator";

    /// <summary>Where the readings of a piece of equipment are published.</summary>
    internal string TopicOf(string equipment) => $"{Topic}/{Site}/{equipment}";

    /// <summary>Which broker.</summary>
    [ValidateObjectMembers]
    public SimulatorBroker Broker { get; set; } = new();
}

/// <summary>The broker of the simulated devices.</summary>
public sealed class SimulatorBroker
{
    /// <summary>Its host. Default none: the broker of this process when it has one, otherwise 127.0.0.1.</summary>
    public string? Host { get; set; }

    /// <summary>Its port, 1 to 65,535; used with a host, or when this process has no broker. Default 1883.</summary>
    [Range(1, 65_535)]
    public int Port { get; set; } = 1883;

    /// <summary>As whom the devices connect. Default none: anonymously.</summary>
    public string? UserName { get; set; }

    /// <summary>A file whose first line is the password of <see cref="UserName"/>. Default empty: none.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>Whether TLS is spoken. Default false. Needs a host, and usually port 8883.</summary>
    public bool Tls { get; set; }

    /// <summary>Certificates of authorities that are trusted instead of the system's, PEM. Default none.</summary>
    public string? CaFile { get; set; }
}

[OptionsValidator]
internal sealed partial class SimulatorOptionsValidator : IValidateOptions<SimulatorOptions>;
