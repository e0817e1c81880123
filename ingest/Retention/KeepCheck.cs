using Microsoft.Extensions.Options;

namespace Plantroom.Ingest.Retention;

/// <summary>Looks whether what is kept for another time is something that the site has.</summary>
internal sealed class KeepCheck(IOptions<IngestOptions> options, IFacilitySource? facility = null) : IStartupCheck
{
    private static readonly TimeSpan Shortest = TimeSpan.FromHours(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    public IEnumerable<StartupProblem> Check()
    {
        foreach (var (name, keep) in options.Value.Keep)
        {
            var key = $"{IngestOptions.Section}:{nameof(IngestOptions.Keep)}:{name}";
            if (Unknown(name) is { } problem) yield return new(key, problem);
            (string Form, TimeSpan? Time)[] times =
            [
                (nameof(keep.Raw), keep.Raw), (nameof(keep.QuarterHours), keep.QuarterHours), (nameof(keep.Hours), keep.Hours),
                (nameof(keep.Days), keep.Days),
            ];
            foreach (var (form, time) in times)
                if (time < Shortest || time > Longest)
                    yield return new($"{key}:{form}", "must be between 01:00:00 and 36500.00:00:00");
        }
    }

    /// <summary>A model without anything in it is one that could not be read, which is told elsewhere.</summary>
    private string? Unknown(string name)
    {
        if (facility?.Current is not { Equipment.Count: > 0 } model) return null;
        var parts = name.Split('/');
        if (!model.Classes.Contains(parts[0]))
            return $"{parts[0]} is not a class of equipment; known are {string.Join(", ", model.Classes.Order(StringComparer.Ordinal))}";
        if (parts.Length == 1) return null;
        var points = model.Equipment.Where(e => e.Class == parts[0]).SelectMany(static e => e.Points).Select(static p => p.Id.Point).ToHashSet();
        if (parts.Length == 2 && (points.Count == 0 || points.Contains(parts[1]))) return null;
        return $"{parts[0]} has no point {string.Join('/', parts[1..])}; known are {string.Join(", ", points.Order(StringComparer.Ordinal))}";
    }
}
