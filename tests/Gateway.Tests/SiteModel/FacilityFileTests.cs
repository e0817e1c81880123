using Plantroom.Yaml;

namespace Plantroom.Gateway.Tests;

public sealed class FacilityFileTests
{
    /// <summary>The files of <c>cases/facility</c>; the lines that begin with <c>#!</c> are what is to be reported.</summary>
    public static TheoryData<string> Cases() =>
        [.. Directory.GetFiles(Repository.Cases("facility"), "*.yaml").Select(f => Path.GetFileName(f)).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Load_FileWithProblems_ReportsAllOfThemWithTheirLines(string name)
    {
        var path = Path.Combine(Repository.Cases("facility"), name);
        var expected = File.ReadLines(path).Where(static l => l.StartsWith("#! ", StringComparison.Ordinal)).Select(static l => l[3..]).ToList();

        var file = FacilityFile.Load(path);

        Assert.Equal(expected, file.Problems.Select(static p => $"{p.Line}: {p.Message}"));
        Assert.Null(file.Facility);
        Assert.NotEmpty(expected);
    }

    [Fact]
    public void Load_ShippedSite_HasWhatIsPromised()
    {
        var file = FacilityFile.Load(Repository.ShippedFacility);

        Assert.Empty(file.Problems);
        var facility = file.Facility!;
        var parts = facility.Equipment.ToLookup(static e => e.Parent?.Equipment ?? "", static e => e.Class);
        int Count(string type) => facility.Equipment.Count(e => e.Class == type);
        Assert.Equal(2, Count("sump"));
        Assert.All(facility.Equipment.Where(static e => e.Class == "sump"), s => Assert.Equal(["drain_pump", "drain_pump"], parts[s.Id.Equipment]));
        Assert.Equal(1, Count("booster_set"));
        Assert.Equal(2, Count("lift"));
        Assert.Equal(2, Count("lighting_circuit"));
        Assert.Equal(5, Count("electricity_meter"));
        Assert.Equal(4, parts["M-0"].Count());
        Assert.Equal(1, Count("rain_gauge"));
        Assert.Equal(1, Count("fire_panel"));
        Assert.Equal("Asia/Shanghai", Assert.Single(facility.Sites).TimeZone.Id);
    }

    [Fact]
    public void Load_ShippedSite_DefinesPointsAsWritten()
    {
        var facility = FacilityFile.Load(Repository.ShippedFacility).Facility!;

        var level = facility.Find(PointId.Intern("hq/SP-1/level"))!;
        Assert.Equal((PointKind.Measurement, "m", 0.0, 3.0, 2), (level.Kind, level.Unit, level.Min!.Value, level.Max!.Value, level.Decimals));
        Assert.Equal(TimeSpan.FromSeconds(5), level.ExpectedInterval);
        Assert.Equal(new LocalizedText("液位", "Level"), level.Name);
        var mode = facility.Find(PointId.Intern("hq/P-101/mode"))!;
        Assert.Equal(["Off", "Auto", "Manual"], mode.Labels.OrderBy(static l => l.Key).Select(static l => l.Value.En));
        var pump = facility.Find(new EquipmentId("hq", "P-101"))!;
        Assert.Equal((BuildingSystem.Drainage, "tower", new EquipmentId("hq", "SP-1")), (pump.System, pump.Building, pump.Parent!.Value));
        Assert.Equal((TimeSpan.FromDays(90), new DateOnly(2026, 10, 10)), (pump.Maintenance!.Interval, pump.Maintenance.LastDone!.Value));
    }

    [Fact]
    public void Load_SampleOfTheDocumentation_ShowsOverridesAndAdditions()
    {
        var file = FacilityFile.Load(Path.Combine(Repository.Root, "docs", "formats", "samples", "facility.yaml"));

        Assert.Empty(file.Problems);
        var level = file.Facility!.Find(PointId.Intern("plant/SP-7/level"))!;
        Assert.Equal((0.0, 6.0, "m"), (level.Min!.Value, level.Max!.Value, level.Unit));
        Assert.Equal(LocalizedText.Same("pH"), file.Facility.Find(PointId.Intern("plant/SP-7/acidity"))!.Name);
        Assert.Equal(3, file.Facility.Find(PointId.Intern("plant/SP-8/level"))!.Max);
        Assert.Null(file.Facility.Find(new EquipmentId("plant", "SP-8"))!.Maintenance);
    }

    [Fact]
    public void Read_FileWithProblems_InternsNothing()
    {
        FacilityFile.Read(YamlFile.Parse("f.yaml", """
            classes:
              pump: { system: fire, points: { neverInterned: { name: x, kind: switch } } }
            sites:
              - id: hq
                name: HQ
                timeZone: UTC
                buildings: [{ id: tower, name: Tower }]
                equipment: [{ id: P-1, class: pump, building: tower, name: P, colour: red }]
            """));

        Assert.False(PointId.TryFind("hq/P-1/neverInterned", out _));
    }

    [Fact]
    public void Load_NoFile_IsReported()
    {
        var file = FacilityFile.Load(Path.Combine(Repository.Root, "none.yaml"));

        Assert.Equal("does not exist", Assert.Single(file.Problems).Message);
        Assert.Null(file.Facility);
    }
}
