using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Plantroom.Energy;

/// <summary>Settings of the section <c>Energy</c>: what the meters are and how much one question may ask.</summary>
public sealed class EnergyOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Energy";

    /// <summary>The most windows that one answer of <c>/api/v1/energy/consumption</c> holds. 1 to 100,000, default 1,000.</summary>
    [Range(1, 100_000)]
    public int MaxWindows { get; set; } = 1000;

    /// <summary>The equipment class of the meters. 1 to 64 characters, default <c>electricity_meter</c>.</summary>
    [Required, StringLength(64)]
    public string MeterClass { get; set; } = "electricity_meter";

    /// <summary>The point of a meter that counts energy. 1 to 64 characters, default <c>energy</c>.</summary>
    [Required, StringLength(64)]
    public string EnergyPoint { get; set; } = "energy";
}

/// <summary>Checks the settings at start.</summary>
[OptionsValidator]
internal sealed partial class EnergyOptionsValidator : IValidateOptions<EnergyOptions>;
