using Plantroom.Yaml;

namespace Plantroom.Alerts.Rain;

/// <summary>Rain of the last three, six and twelve hours, mm.</summary>
internal readonly record struct RainSums(double Hours3, double Hours6, double Hours12)
{
    /// <summary>Windows that a criterion can use, in hours.</summary>
    public static IReadOnlyList<int> Windows { get; } = [3, 6, 12];

    /// <summary>The sum of one of the <see cref="Windows"/>.</summary>
    public double Of(int hours) => hours switch { 3 => Hours3, 6 => Hours6, _ => Hours12 };

    /// <summary>The larger of each sum.</summary>
    public static RainSums Max(RainSums a, RainSums b) =>
        new(Math.Max(a.Hours3, b.Hours3), Math.Max(a.Hours6, b.Hours6), Math.Max(a.Hours12, b.Hours12));
}

/// <summary>When a colour is reached: so much rain in so many hours.</summary>
internal sealed record RainCriterion(RainColour Colour, int Hours, double Sum);

/// <summary>What the alarm of a colour says.</summary>
internal sealed record RainMessage(AlarmPriority Priority, LocalizedText Title, LocalizedText Action);

/// <summary>The rain table of the rules folder: criteria per region, texts per colour. Immutable.</summary>
internal sealed record RainTable
{
    /// <summary>The id of the rule that the flood-warning alarms carry.</summary>
    public required string Rule { get; init; }

    /// <summary>The equipment class of the gauges.</summary>
    public required string Class { get; init; }

    /// <summary>The gauges' counter of rain, mm.</summary>
    public required string Point { get; init; }

    /// <summary>How long the sum must stay below a colour's criterion before the colour drops one level.</summary>
    public required TimeSpan Hold { get; init; }

    /// <summary>A gauge whose newest good reading is older says nothing.</summary>
    public required TimeSpan MaxAge { get; init; }

    /// <summary>The region of sites that are not in <see cref="Sites"/>.</summary>
    public required string Region { get; init; }

    public required IReadOnlyDictionary<string, IReadOnlyList<RainCriterion>> Regions { get; init; }

    /// <summary>The region of single sites.</summary>
    public required IReadOnlyDictionary<string, string> Sites { get; init; }

    public required IReadOnlyDictionary<RainColour, RainMessage> Messages { get; init; }

    public string File { get; init; } = "";

    public int Line { get; init; }

    /// <summary>The criteria of a site.</summary>
    public IReadOnlyList<RainCriterion> CriteriaOf(string site) => Regions[Sites.GetValueOrDefault(site, Region)];

    /// <summary>The gauges of a site, in the order of the site model. The flood warning is an alarm of the first.</summary>
    public IReadOnlyList<Equipment> GaugesOf(Facility facility, string site) =>
        [.. facility.Equipment.Where(e => e.Id.Site == site && e.Class == Class && e.Points.Any(p => p.Id.Point == Point))];

    /// <summary>What does not fit to the site model.</summary>
    public IEnumerable<YamlProblem> Problems(Facility facility)
    {
        foreach (var gauge in facility.Equipment.Where(e => e.Class == Class))
        {
            var counter = gauge.Points.FirstOrDefault(p => p.Id.Point == Point);
            if (counter is null) yield return new(File, Line, $"point: {gauge.Id} has no point '{Point}'");
            else if (counter.Kind is not PointKind.Counter) yield return new(File, Line, $"point: {counter.Id} is not a counter");
        }

        foreach (var site in Sites.Keys.Where(s => facility.FindSite(s) is null))
            yield return new(File, Line, $"sites: the site model has no site '{site}'");
    }
}
