using Microsoft.Extensions.Options;
using Quartz;

namespace Plantroom.Maintenance.Reminders;

/// <summary>Looks at the schedule before anything starts.</summary>
internal sealed class CronCheck(IOptions<MaintenanceOptions> settings) : IStartupCheck
{
    public IEnumerable<StartupProblem> Check()
    {
        var cron = Cron();
        return cron is null || CronExpression.TryParse(cron, out _)
            ? []
            : [new("Maintenance:Cron", $"'{cron}' is not a Quartz cron expression with seconds, such as 0 0 6 * * ? for daily at six")];
    }

    /// <summary>A missing one is reported by the settings' own validation.</summary>
    private string? Cron()
    {
        try
        {
            return settings.Value.Cron;
        }
        catch (OptionsValidationException)
        {
            return null;
        }
    }
}
