using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace Plantroom.Energy.Meters;

/// <summary>Finds the meters in the site model in force.</summary>
internal sealed class MeterRegister(IFacilitySource source, IOptions<EnergyOptions> options)
{
    /// <summary>Finds a meter and its site; null when the model has no such equipment, or it is not a meter.</summary>
    public bool TryFind(EquipmentId id, [NotNullWhen(true)] out Meter? meter, [NotNullWhen(true)] out Site? site)
    {
        var facility = source.Current;
        meter = facility.Find(id) is { } equipment && IsMeter(equipment) ? Read(facility, equipment) : null;
        site = facility.FindSite(id.Site);
        return meter is not null && site is not null;
    }

    /// <summary>The meters of a site in the order of the model; null when there is no such site.</summary>
    public IReadOnlyList<Meter>? OfSite(string site)
    {
        var facility = source.Current;
        if (facility.FindSite(site) is null) return null;
        return [.. facility.Equipment.Where(e => e.Id.Site == site && IsMeter(e)).Select(e => Read(facility, e))];
    }

    private bool IsMeter(Equipment equipment) => equipment.Class == options.Value.MeterClass;

    private Meter Read(Facility facility, Equipment equipment) =>
        new(equipment.Id, equipment.Name, CounterOf(equipment), MeterAbove(facility, equipment));

    private EnergyCounter? CounterOf(Equipment equipment)
    {
        var point = equipment.Points.FirstOrDefault(p => p.Id.Point == options.Value.EnergyPoint);
        return point is { Kind: PointKind.Counter } && KilowattHours(point.Unit) is { } factor ? new(point.Id, factor) : null;
    }

    /// <summary>Between two meters there may be other equipment, for example a distribution board. The model has no circles.</summary>
    private EquipmentId? MeterAbove(Facility facility, Equipment equipment)
    {
        var above = equipment.Parent;
        while (above is { } id)
        {
            if (facility.Find(id) is not { } parent) return null;
            if (IsMeter(parent)) return id;
            above = parent.Parent;
        }

        return null;
    }

    private static double? KilowattHours(string unit) => unit switch
    {
        "W.h" => 1e-3,
        "kW.h" => 1,
        "MW.h" => 1e3,
        "GW.h" => 1e6,
        _ => null,
    };
}
