using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Plantroom.Gateway;

/// <summary>Settings of the gateway, section <c>Gateway</c>.</summary>
public sealed class GatewayOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Gateway";

    /// <summary>The longest payload that is read, in bytes; longer ones are rejected. Default 65,536; 128 to 1,048,576.</summary>
    [Range(128, 1_048_576)]
    public int MaxPayload { get; set; } = 65_536;

    /// <summary>The most values in one message; messages with more are rejected. Default 1,000; 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int MaxValues { get; set; } = 1_000;

    /// <summary>
    /// How many readings a batch takes before senders have to wait; a batch holds more only when one message does. Default 2,048;
    /// 1 to 65,536.
    /// </summary>
    [Range(1, 65_536)]
    public int MaxBatch { get; set; } = 2_048;

    /// <summary>Older readings are rejected: they come from a clock that was never set. Default 30 days; 1 minute to 10 years.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3660.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Readings from further in the future than this are kept with their time, but their quality is uncertain. Default 5 s, the limit
    /// of GB 50440 for clocks of a monitoring centre; 0 to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Readings from further in the future than this are rejected. Default 60 s; at least <see cref="ClockSkew"/>, at most 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MaxFuture { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many of the newest rejections are kept to be shown. Default 200; 0 to 10,000.</summary>
    [Range(0, 10_000)]
    public int NewestRejections { get; set; } = 200;

    /// <summary>
    /// How many unknown devices and points are kept to be shown; beyond that, the one that was silent longest is forgotten. Default 200;
    /// 0 to 10,000.
    /// </summary>
    [Range(0, 10_000)]
    public int UnknownDevices { get; set; } = 200;

    /// <summary>The gateway reports itself degraded when nobody has taken a batch for this long. Default 10 s; 1 s to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan BlockedAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxFuture < ClockSkew)
            yield return new($"{Section}:{nameof(MaxFuture)} must be at least {Section}:{nameof(ClockSkew)}.", [nameof(MaxFuture)]);
    }
}

/// <summary>Checks the settings when the system starts.</summary>
[OptionsValidator]
internal sealed partial class GatewayOptionsValidator : IValidateOptions<GatewayOptions>;
