using Microsoft.Extensions.Options;
using Plantroom.Host.Settings;

namespace Plantroom.Host.Startup;

/// <summary>Gathers everything that keeps the system from starting, so that it can be named at once.</summary>
internal static class StartupProblems
{
    public static IReadOnlyList<StartupProblem> Find(IServiceProvider services, IConfiguration settings)
    {
        var problems = new List<StartupProblem>(UnknownSettings.Find(settings, services.GetServices<SettingsSection>()));
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
        }
        catch (OptionsValidationException e)
        {
            problems.AddRange(Of(services, e));
        }
        catch (AggregateException e)
        {
            foreach (var inner in e.InnerExceptions) problems.AddRange(Of(services, inner));
        }
        catch (InvalidOperationException e)
        {
            problems.AddRange(Of(services, e));
        }

        // A check needs valid settings to look any further; one whose settings are wrong has its say once they are right.
        if (problems.Count == 0 || problems.TrueForAll(static p => p.Message.StartsWith("is not a known", StringComparison.Ordinal)))
            problems.AddRange(services.GetServices<IStartupCheck>().SelectMany(static c => c.Check()));
        return [.. problems.Distinct()];
    }

    private static IEnumerable<StartupProblem> Of(IServiceProvider services, Exception error)
    {
        if (error is not OptionsValidationException validation)
        {
            // The configuration binder's message names the key and the type that it expected.
            yield return new("settings", error.Message);
            yield break;
        }

        var section = services.GetServices<SettingsSection>().FirstOrDefault(s => s.Options == validation.OptionsType)?.Name;
        foreach (var failure in validation.Failures) yield return SettingsText.Problem(section ?? validation.OptionsType.Name, failure);
    }
}
