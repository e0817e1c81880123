using System.Reflection;
using Microsoft.Extensions.Options;
using Plantroom.Host.Settings;

namespace Plantroom.Host.Startup;

/// <summary>Gathers everything that keeps the system from starting, so that it can be named at once.</summary>
internal static class StartupProblems
{
    public static IReadOnlyList<StartupProblem> Find(IServiceProvider services, IConfiguration settings)
    {
        var unknown = UnknownSettings.Find(settings, services.GetServices<SettingsSection>());
        return [.. unknown.Concat(Find(services)).Distinct()];
    }

    /// <summary>The same for a part of the system, which does not know the settings of the other parts.</summary>
    public static IReadOnlyList<StartupProblem> Find(IServiceProvider services)
    {
        var wrong = services.GetServices<SettingsSection>().SelectMany(section => Wrong(services, section)).ToList();
        var found = services.GetServices<IStartupCheck>().SelectMany(check => Check(check, settingsAreWrong: wrong.Count > 0));
        return [.. wrong.Concat(found).Distinct()];
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

    /// <summary>A check whose own settings are wrong cannot look; it has its say once they are right. What is wrong with them is told.</summary>
    private static IReadOnlyList<StartupProblem> Check(IStartupCheck check, bool settingsAreWrong)
    {
        try
        {
            return [.. check.Check()];
        }
        catch (Exception e) when (settingsAreWrong && e is (OptionsValidationException or InvalidOperationException))
        {
            return [];
        }
    }
}
