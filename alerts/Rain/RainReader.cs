using System.Collections.Frozen;
using Plantroom.Alerts.Rules;
using Plantroom.Yaml;

namespace Plantroom.Alerts.Rain;

/// <summary>Reads the <c>rain</c> mapping of a file of the rules folder.</summary>
internal static class RainReader
{
    private static readonly FrozenDictionary<string, RainColour> Colours = new Dictionary<string, RainColour>
    {
        ["blue"] = RainColour.Blue,
        ["yellow"] = RainColour.Yellow,
        ["orange"] = RainColour.Orange,
        ["red"] = RainColour.Red,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The table; null when the file has none.</summary>
    public static RainTable? Read(YamlFile file)
    {
        if (file.Root.Map("rain") is not { } map) return null;
        var regions = Regions(map);
        var table = new RainTable
        {
            Rule = map.RequiredText("rule"),
            Class = map.RequiredText("class"),
            Point = map.RequiredText("point"),
            Hold = RequiredDuration(map, "hold"),
            MaxAge = RequiredDuration(map, "maxAge"),
            Region = map.RequiredText("region"),
            Regions = regions,
            Sites = Sites(map, regions),
            Messages = Messages(map),
            File = file.Path,
            Line = map.Line,
        };
        if (table.Region.Length > 0 && !regions.ContainsKey(table.Region))
            map.Report("region", $"there is no region '{table.Region}' below regions");
        foreach (var colour in regions.Values.SelectMany(static r => r).Select(static c => c.Colour).Distinct())
            if (!table.Messages.ContainsKey(colour)) map.Report("colours", $"{Name(colour)} has criteria but no text");
        map.Close();
        return table;
    }

    private static TimeSpan RequiredDuration(YamlMap map, string key)
    {
        if (!map.Has(key)) map.Report(key, "is missing");
        return map.Duration(key) ?? TimeSpan.Zero;
    }

    private static Dictionary<string, IReadOnlyList<RainCriterion>> Regions(YamlMap rain)
    {
        var regions = new Dictionary<string, IReadOnlyList<RainCriterion>>(StringComparer.Ordinal);
        if (!rain.Has("regions")) rain.Report("regions", "is missing");
        if (rain.Map("regions") is not { } map) return regions;
        foreach (var name in map.Keys.ToList())
        {
            if (map.Map(name) is not { } region) continue;
            region.Text("source");
            regions[name] = [.. region.Maps("criteria").Select(Criterion)];
            if (regions[name].Count == 0) region.Report("criteria", "must not be empty");
            region.Close();
        }

        map.Close();
        return regions;
    }

    private static RainCriterion Criterion(YamlMap map)
    {
        foreach (var key in (string[])["colour", "hours", "sum"])
            if (!map.Has(key)) map.Report(key, "is missing");
        var hours = map.WholeNumber("hours") ?? RainSums.Windows[0];
        if (!RainSums.Windows.Contains(hours)) map.Report("hours", "must be one of " + string.Join(", ", RainSums.Windows));
        var sum = map.Number("sum") ?? 1;
        if (sum <= 0) map.Report("sum", "must be more than 0");
        var criterion = new RainCriterion(map.Choice("colour", Colours) ?? RainColour.Blue, hours, sum);
        map.Close();
        return criterion;
    }

    private static Dictionary<string, string> Sites(YamlMap rain, Dictionary<string, IReadOnlyList<RainCriterion>> regions)
    {
        var sites = new Dictionary<string, string>(StringComparer.Ordinal);
        if (rain.Map("sites") is not { } map) return sites;
        foreach (var site in map.Keys.ToList())
        {
            sites[site] = map.RequiredText(site);
            if (!regions.ContainsKey(sites[site])) map.Report(site, $"there is no region '{sites[site]}' below regions");
        }

        return sites;
    }

    private static Dictionary<RainColour, RainMessage> Messages(YamlMap rain)
    {
        var messages = new Dictionary<RainColour, RainMessage>();
        if (!rain.Has("colours")) rain.Report("colours", "is missing");
        if (rain.Map("colours") is not { } map) return messages;
        foreach (var (name, colour) in Colours)
        {
            if (map.Map(name) is not { } message) continue;
            messages[colour] = new(
                RuleReader.RequiredPriority(message), RuleReader.RequiredText(message, "title"), RuleReader.RequiredText(message, "action"));
            message.Text("source");
            message.Close();
        }

        map.Close();
        return messages;
    }

    private static string Name(RainColour colour) => Colours.First(c => c.Value == colour).Key;
}
