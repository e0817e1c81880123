using System.Globalization;
using Plantroom.Yaml;

namespace Plantroom.Gateway;

/// <summary>Reads the <c>points:</c> of a class or of one piece of equipment.</summary>
internal static class PointReader
{
    /// <summary>UCUM's longest unit in practice is far shorter; a longer text is a description that slipped into the wrong key.</summary>
    private const int MaxUnitLength = 32;

    private static readonly Dictionary<string, PointKind> Kinds = new()
    {
        ["measurement"] = PointKind.Measurement,
        ["switch"] = PointKind.Switch,
        ["enumeration"] = PointKind.Enumeration,
        ["counter"] = PointKind.Counter,
    };

    /// <summary>The name of a kind as files and answers write it.</summary>
    public static string NameOf(PointKind kind) => Kinds.First(k => k.Value == kind).Key;

    /// <summary>Reads all points below a key.</summary>
    /// <param name="owner">The class or the equipment.</param>
    /// <param name="inherited">The points of the class; a point of the same key changes only what it states.</param>
    public static IReadOnlyList<PointTemplate> ReadAll(YamlMap owner, IReadOnlyList<PointTemplate> inherited)
    {
        if (owner.Map("points") is not { } points) return inherited;
        var all = inherited.ToList();
        foreach (var key in points.Keys)
        {
            if (!points.KeyIsId(key) || points.Map(key) is not { } map) continue;
            var at = all.FindIndex(p => p.Key == key);
            var point = Read(map, key, at < 0 ? null : all[at]);
            if (at < 0) all.Add(point);
            else all[at] = point;
        }

        return all;
    }

    private static PointTemplate Read(YamlMap map, string key, PointTemplate? basis)
    {
        var known = basis ?? new PointTemplate { Key = key };
        var name = basis is null || map.Has("name") ? map.Localized("name") : known.Name;
        var kind = KindOf(map, basis);
        var point = known with
        {
            Name = name,
            Kind = kind ?? default,
            Unit = map.Text("unit") ?? known.Unit,
            Min = map.Number("min") ?? known.Min,
            Max = map.Number("max") ?? known.Max,
            ExpectedInterval = map.Duration("expected") ?? known.ExpectedInterval,
            Labels = LabelsOf(map) ?? known.Labels,
            Decimals = map.WholeNumber("decimals") ?? known.Decimals,
        };
        map.Close();
        if (point.Decimals is < 0 or > 6) map.Report("decimals", "must be 0 to 6");
        if (point.ExpectedInterval == TimeSpan.Zero) map.Report("expected", "must be longer than nothing");
        if (kind is PointKind.Measurement or PointKind.Counter) CheckQuantity(map, point);
        else if (kind is not null) CheckStates(map, point);
        return point;
    }

    /// <summary>Null after reporting when it is not stated or not known: what depends on the kind is then not checked.</summary>
    private static PointKind? KindOf(YamlMap map, PointTemplate? basis)
    {
        if (map.Has("kind")) return map.Choice("kind", Kinds);
        if (basis is null) map.RequiredText("kind");
        return basis?.Kind;
    }

    private static Dictionary<int, LocalizedText>? LabelsOf(YamlMap map)
    {
        if (map.Map("labels") is not { } labels) return null;
        var read = new Dictionary<int, LocalizedText>();
        foreach (var key in labels.Keys)
        {
            var name = labels.Localized(key);
            if (!int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
                labels.ReportKey(key, "the keys of labels are whole numbers");
            else if (!read.TryAdd(value, name)) labels.ReportKey(key, $"{value} has a label already");
        }

        return read;
    }

    private static void CheckQuantity(YamlMap map, PointTemplate point)
    {
        if (point.Unit.Length == 0) map.Report("unit", "is missing; a measurement or counter has a UCUM unit, '1' when it is a plain number");
        else if (point.Unit.Length > MaxUnitLength || point.Unit.Any(char.IsWhiteSpace))
            map.Report("unit", $"'{point.Unit}' is not a UCUM unit: at most {MaxUnitLength} characters without white space, for example m3.h-1");
        if (point.Min >= point.Max) map.Report("max", "must be greater than min");
        if (point.Labels.Count > 0) map.Report("labels", "only a switch or an enumeration has labels");
    }

    private static void CheckStates(YamlMap map, PointTemplate point)
    {
        if (point.Unit.Length > 0) map.Report("unit", "a switch or an enumeration has no unit");
        if (point.Min is not null) map.Report("min", "a switch or an enumeration has no min; its labels say what is possible");
        if (point.Max is not null) map.Report("max", "a switch or an enumeration has no max; its labels say what is possible");
        if (point.Kind is PointKind.Enumeration && point.Labels.Count == 0) map.Report("labels", "is missing; an enumeration names its values");
        if (point.Kind is PointKind.Switch && point.Labels.Count > 0 && !point.Labels.Keys.Order().SequenceEqual([0, 1]))
            map.Report("labels", "a switch has labels for 0 and 1, or none");
    }
}
