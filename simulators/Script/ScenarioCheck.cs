using Microsoft.Extensions.Options;

namespace Plantroom.Simulators.Script;

/// <summary>Looks at the scenario and the time zone before anything starts.</summary>
internal sealed class ScenarioCheck(IOptions<SimulatorOptions> settings) : IStartupCheck
{
    public IEnumerable<StartupProblem> Check()
    {
        if (Settings() is not { } options) return [];
        ScenarioLibrary.Load(options.Scenario, out var problems);
        if (TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _)) return problems;
        var unknown = $"there is no time zone '{options.TimeZone}'; an IANA name such as Asia/Shanghai is expected";
        return [.. problems, new("Simulator:TimeZone", unknown)];
    }

    /// <summary>Settings out of their range are reported by their own validation.</summary>
    private SimulatorOptions? Settings()
    {
        try
        {
            return settings.Value;
        }
        catch (OptionsValidationException)
        {
            return null;
        }
    }
}
