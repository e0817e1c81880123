using System.Reflection;

namespace Plantroom.Host.Settings;

/// <summary>Finds settings that nobody reads: most often a typing mistake that would otherwise go unnoticed.</summary>
internal static class UnknownSettings
{
    private static readonly string[] FrameworkSections = ["Logging", "AllowedHosts"];

    /// <summary>Every key of the configuration that belongs to no known section or option.</summary>
    /// <param name="configuration">The files and the command line; not the whole environment of the machine.</param>
    /// <param name="sections">What the modules read.</param>
    /// <param name="others">Whether there may be sections of modules that are not asked.</param>
    public static IEnumerable<StartupProblem> Find(IConfiguration configuration, IEnumerable<SettingsSection> sections, bool others = false)
    {
        var known = sections.ToDictionary(static s => s.Name, static s => s.Options, StringComparer.OrdinalIgnoreCase);
        foreach (var top in configuration.GetChildren())
        {
            if (FrameworkSections.Contains(top.Key, StringComparer.OrdinalIgnoreCase) || Is(top.Key, "Roles")) continue;
            if (!known.TryGetValue(top.Key, out var options) && others) continue;
            if (options is null)
                yield return new(top.Key, "is not a known section; " + Hint(top.Key, [.. known.Keys, "Roles", .. FrameworkSections]));
            else
                foreach (var problem in Below(top, options))
                    yield return problem;
        }
    }

    private static IEnumerable<StartupProblem> Below(IConfigurationSection section, Type options)
    {
        var properties = options.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var child in section.GetChildren())
        {
            var property = properties.FirstOrDefault(p => Is(p.Name, child.Key));
            if (property is null)
                yield return new(child.Path, "is not a known setting; " + Hint(child.Key, properties.Select(static p => p.Name)));
            else if (property.PropertyType is { IsClass: true, Namespace: { } space } nested
                && space.StartsWith("Plantroom", StringComparison.Ordinal))
                foreach (var problem in Below(child, nested))
                    yield return problem;
            else if (ByName(property.PropertyType) is { } each)
                foreach (var problem in child.GetChildren().SelectMany(named => Below(named, each)))
                    yield return problem;
        }
    }

    /// <summary>The options class of each entry, when a property holds one for each of some names.</summary>
    private static Type? ByName(Type property) =>
        property is { IsGenericType: true } && property.GetGenericTypeDefinition() == typeof(Dictionary<,>)
        && property.GenericTypeArguments[1] is { IsClass: true, Namespace: { } space } each && space.StartsWith("Plantroom", StringComparison.Ordinal)
            ? each
            : null;

    private static bool Is(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    private static string Hint(string unknown, IEnumerable<string> known)
    {
        var names = known.Order(StringComparer.Ordinal).ToArray();
        var nearest = names.MinBy(n => Distance(unknown.ToUpperInvariant(), n.ToUpperInvariant()))!;
        return Distance(unknown.ToUpperInvariant(), nearest.ToUpperInvariant()) <= 2
            ? $"did you mean {nearest}?"
            : $"known are {string.Join(", ", names)}";
    }

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }

        return row[^1];
    }
}
