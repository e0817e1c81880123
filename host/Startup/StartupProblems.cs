using System.Reflection;
using Microsoft.Extensions.Options;
using Plantroom.Host.Settings;

namespace Plantroom.Host.Startup;

/// <summary>Gathers everything that keeps the system from starting, so that it can be named at once.</summary>
internal static class StartupProblems
{
    public static IReadOnlyList<StartupProblem> Find(IServiceProvider services, IConfiguration settings)
    {
        var sections = services.GetServices<SettingsSection>().ToList();
        var problems = new List<StartupProblem>(UnknownSettings.Find(settings, sections));
        problems.AddRange(sections.SelectMany(section => Wrong(services, section)));
        problems.AddRange(services.GetServices<IStartupCheck>().SelectMany(Check));
        return [.. problems.Distinct()];
    }

    /// <summary>Reads a section as its module would.</summary>
    private static IEnumerable<StartupProblem> Wrong(IServiceProvider services, SettingsSection section)
    {
        var type = typeof(IOptions<>).MakeGenericType(section.Options);
        var value = type.GetProperty(nameof(IOptions<>.Value))!;
        try
        {
            value.GetValue(services.GetRequiredService(type));
            return [];
        }
        catch (TargetInvocationException e) when (e.InnerException is OptionsValidationException invalid)
        {
            return [.. invalid.Failures.Select(failure => SettingsText.Problem(section.Name, failure))];
        }
        catch (TargetInvocationException e) when (e.InnerException is InvalidOperationException unreadable)
        {
            // The configuration binder names the key and the type that it expected.
            return [new(section.Name, unreadable.Message)];
        }
    }

    /// <summary>A check whose settings are wrong has its say once they are right; what is wrong with them is told already.</summary>
    private static IReadOnlyList<StartupProblem> Check(IStartupCheck check)
    {
        try
        {
            return [.. check.Check()];
        }
        catch (OptionsValidationException)
        {
            return [];
        }
    }
}
