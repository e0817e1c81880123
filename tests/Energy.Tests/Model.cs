using Plantroom.TestKit.Fakes;

namespace Plantroom.Energy.Tests;

/// <summary>A site model with meters, and the readings of their counters.</summary>
internal sealed class Model(string site, string timeZone = "Asia/Shanghai")
{
    private readonly List<Equipment> equipment = [];

    public static DateTime Start { get; } = new(2026, 6, 1, 8, 0, 0, DateTimeKind.Utc);

    public FakeHistory History { get; } = new();

    public IFacilitySource Source => new FakeFacilitySource(
        new([new Site(site, LocalizedText.Same(site), TimeZoneInfo.FindSystemTimeZoneById(timeZone), [])], equipment));

    public Model Meter(string id, string? parent = null, LocalizedText? name = null, string unit = "kW.h", string point = "energy") =>
        Add(id, "electricity_meter", parent, name, new PointDefinition
        {
            Id = PointId.Intern($"{site}/{id}/{point}"),
            Name = LocalizedText.Same(point),
            Kind = PointKind.Counter,
            Unit = unit,
        });

    public Model Add(string id, string type, string? parent = null, LocalizedText? name = null, params PointDefinition[] points)
    {
        equipment.Add(new()
        {
            Id = new(site, id),
            Name = name ?? LocalizedText.Same(id),
            Class = type,
            System = BuildingSystem.Power,
            Building = "tower",
            Parent = parent is null ? null : new(site, parent),
            Points = points,
        });
        return this;
    }

    /// <summary>What the counter of a meter showed so many minutes after the start.</summary>
    public Model Reads(string id, params (double Minute, double Value)[] shown)
    {
        History.Add(shown.Select(s => new Reading(PointId.Intern($"{site}/{id}/energy"), Start.AddMinutes(s.Minute), s.Value)));
        return this;
    }
}
