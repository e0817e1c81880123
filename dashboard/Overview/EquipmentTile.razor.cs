using Microsoft.AspNetCore.Components;
using Plantroom.Dashboard.Formatting;
using Plantroom.Dashboard.Live;

namespace Plantroom.Dashboard.Overview;

/// <summary>One piece of equipment on the overview: its worst alarm, its key values with their age. Leads to its page.</summary>
public partial class EquipmentTile
{
    private Alarm? worst;
    private IReadOnlyList<KeyValue> values = [];
    private string age = "";
    private int drawn;

    /// <summary>Which equipment.</summary>
    [Parameter, EditorRequired]
    public Equipment Equipment { get; set; } = null!;

    /// <summary>Its alarms, worst first.</summary>
    [Parameter, EditorRequired]
    public IEnumerable<Alarm> Alarms { get; set; } = [];

    private string Tone => worst switch
    {
        null => "calm",
        { State: AlarmState.Unacknowledged } => $"alarm p{(int)worst.Priority}",
        { State: AlarmState.Acknowledged } => $"known p{(int)worst.Priority}",
        _ => "returned",
    };

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        worst = Alarms.FirstOrDefault();
        var freshness = Freshness;
        values = [.. KeyPoints().Select(p => KeyValue.Of(p, Live.Readings[p.Id], freshness))];
        var newest = values.Max(static v => v.Newest?.Time);
        age = newest is { } time ? Show.Age(Now - time, L) : "";
    }

    /// <inheritdoc/>
    /// <remarks>The overview looks at every tile ten times a second; most of them look as before.</remarks>
    protected override bool ShouldRender()
    {
        var look = new HashCode();
        look.Add(Equipment.Name);
        look.Add(worst);
        look.Add(age);
        if (worst is not null) look.Add(Show.Age(Now - worst.RaisedAt, L));
        foreach (var value in values)
        {
            look.Add(value.Newest?.Value);
            look.Add(value.Newest?.Quality);
            look.Add(value.Stale);
            if (value.Stale && value.Newest is { } stale) look.Add((int)(Now - stale.Time).TotalSeconds);
        }

        var before = drawn;
        return (drawn = look.ToHashCode()) != before;
    }

    /// <inheritdoc/>
    /// <remarks>A tile does not follow by itself: the overview draws it.</remarks>
    protected override void OnAfterRender(bool firstRender)
    {
    }

    /// <summary>What the alarm is about, then the first values that are not counters, in the order of the site model.</summary>
    private IEnumerable<PointDefinition> KeyPoints() =>
        Equipment.Points
            .Where(p => p.Kind is not PointKind.Counter || p.Id == worst?.Point)
            .OrderBy(p => p.Id == worst?.Point ? 0 : 1)
            .Take(Settings.TileValues);

    private readonly record struct KeyValue(PointDefinition Point, Reading? Newest, bool Stale)
    {
        public static KeyValue Of(PointDefinition point, Reading? newest, Freshness freshness) =>
            new(point, newest, freshness.IsStale(point, newest));
    }
}
