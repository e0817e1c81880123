using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Plantroom.Maintenance;

/// <summary>Settings of preventive maintenance, section <c>Maintenance</c>.</summary>
public sealed class MaintenanceOptions
{
    /// <summary>The section.</summary>
    public const string Section = "Maintenance";

    /// <summary>
    /// When due maintenance is looked for, a Quartz cron expression with seconds. Default <c>0 0 6 * * ?</c>, daily at six.
    /// </summary>
    [Required]
    public string Cron { get; set; } = "0 0 6 * * ?";
}

[OptionsValidator]
internal sealed partial class MaintenanceOptionsValidator : IValidateOptions<MaintenanceOptions>;
