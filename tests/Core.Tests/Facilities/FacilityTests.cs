namespace Plantroom.Core.Tests;

public sealed class FacilityTests
{
    private static readonly Equipment Sump = new()
    {
        Id = new("hq", "SP-1"),
        Name = LocalizedText.Same("Sump"),
        Class = "sump",
        System = BuildingSystem.Drainage,
        Building = "tower",
        Points =
        [
            new() { Id = PointId.Intern("hq/SP-1/level"), Name = LocalizedText.Same("Level"), Kind = PointKind.Measurement, Unit = "m" },
            new() { Id = PointId.Intern("hq/SP-1/highFloat"), Name = LocalizedText.Same("Float"), Kind = PointKind.Switch },
        ],
    };

    private static readonly Site Hq = new("hq", LocalizedText.Same("HQ"), TimeZoneInfo.Utc, []);

    [Fact]
    public void Find_WhatTheModelHas_IsFound()
    {
        var facility = new Facility([Hq], [Sump]);

        Assert.Same(Sump, facility.Find(new EquipmentId("hq", "SP-1")));
        Assert.Same(Sump.Points[1], facility.Find(PointId.Intern("hq/SP-1/highFloat")));
        Assert.Same(Hq, facility.FindSite("hq"));
        Assert.Equal(Sump.Points, facility.Points);
    }

    [Fact]
    public void Find_WhatTheModelDoesNotHave_IsNull()
    {
        Assert.Null(Facility.Empty.Find(Sump.Id));
        Assert.Null(Facility.Empty.Find(Sump.Points[0].Id));
        Assert.Null(Facility.Empty.Find(default(PointId)));
        Assert.Null(Facility.Empty.FindSite("hq"));
    }

    [Fact]
    public void Facility_IdTwice_IsRefused() => Assert.Throws<ArgumentException>(() => new Facility([Hq], [Sump, Sump]));
}
