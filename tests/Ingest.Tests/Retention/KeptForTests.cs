using Microsoft.Extensions.Configuration;
using Plantroom.Ingest.Retention;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Ingest.Tests.Retention;

public sealed class KeptForTests
{
    private static readonly PointId Vibration = PointId.Intern("hq/L-1/vibration");

    private static readonly Facility Model = new(
        [new("hq", LocalizedText.Same("HQ"), TimeZoneInfo.Utc, [])],
        [
            new()
            {
                Id = Vibration.Equipment,
                Name = LocalizedText.Same("Lift"),
                Class = "lift",
                System = BuildingSystem.Lifts,
                Building = "b",
                Points = [new() { Id = Vibration, Name = LocalizedText.Same("Vibration"), Kind = PointKind.Measurement }],
            },
        ]);

    [Theory]
    [InlineData("", 90, 1096, 3653, null)]
    [InlineData("Keep:lift:Raw=10.00:00:00", 10, 1096, 3653, null)]
    [InlineData("Keep:lift:Raw=10.00:00:00 Keep:lift/vibration:Raw=5.00:00:00", 5, 1096, 3653, null)]
    [InlineData("Keep:lift:Days=4000.00:00:00 Keep:lift/vibration:Raw=5.00:00:00", 5, 1096, 3653, 4000)]
    [InlineData("Keep:lift:Raw=2000.00:00:00", 2000, 2000, 3653, null)]
    [InlineData("Keep:pump:Raw=10.00:00:00", 90, 1096, 3653, null)]
    [InlineData("KeepDays=1.00:00:00", 90, 1096, 3653, 3653)]
    public void Of_Settings_ThePointsEntryWinsAndCoarserFormsStayLonger(string settings, int raw, int quarters, int hours, int? days)
    {
        var kept = KeptFor.Of(Vibration.ToString(), Options(settings), Model);
        Assert.Equal(
            (raw, quarters, hours, days),
            ((int)kept.Raw.TotalDays, (int)kept.QuarterHours.TotalDays, (int)kept.Hours.TotalDays, (int?)kept.Days?.TotalDays));
    }

    [Theory]
    [InlineData("lift/vibration", 30, 1096, null)]
    [InlineData("lift/trips", 365, 1096, 7300)]
    [InlineData("electricity_meter/power", 90, 3653, null)]
    [InlineData("sump/level", 90, 1096, null)]
    public void Of_DocumentedExample_IsAsItIsExplained(string point, int raw, int quarters, int? days)
    {
        var sample = Formats.Sample("keep.json");
        Assert.Contains(File.ReadAllText(sample), Formats.Document("history-file.md"), StringComparison.Ordinal);
        var options = new IngestOptions();
        new ConfigurationBuilder().AddJsonFile(sample).Build().GetSection(IngestOptions.Section).Bind(options);
        var (kind, name) = (point.Split('/')[0], PointId.Intern("hq/X-1/" + point.Split('/')[1]));
        var equipment = new Equipment
        {
            Id = name.Equipment, Name = LocalizedText.Same("X"), Class = kind, System = BuildingSystem.Lifts, Building = "b", Points = [],
        };

        var kept = KeptFor.Of(name.ToString(), options, new(Model.Sites, [equipment]));

        Assert.Equal((raw, quarters, days), ((int)kept.Raw.TotalDays, (int)kept.QuarterHours.TotalDays, (int?)kept.Days?.TotalDays));
    }

    [Theory]
    [InlineData("Keep:lift:Raw=10.00:00:00", null)]
    [InlineData("Keep:lift/vibration:Raw=10.00:00:00", null)]
    [InlineData("Keep:lyft:Raw=10.00:00:00", "Ingest:Keep:lyft: lyft is not a class of equipment; known are lift")]
    [InlineData("Keep:lift/speed:Raw=10.00:00:00", "Ingest:Keep:lift/speed: lift has no point speed; known are vibration")]
    [InlineData("Keep:lift:Hours=00:00:01", "Ingest:Keep:lift:Hours: must be between 01:00:00 and 36500.00:00:00")]
    public void Check_Settings_NamesWhatIsWrong(string settings, string? problem)
    {
        var check = new KeepCheck(Microsoft.Extensions.Options.Options.Create(Options(settings)), new FakeFacilitySource(Model));
        Assert.Equal(problem is null ? [] : [problem], check.Check().Select(static p => p.ToString()));
    }

    private static IngestOptions Options(string settings)
    {
        var pairs = settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static s => s.Split('='));
        var options = new IngestOptions();
        new ConfigurationBuilder().AddInMemoryCollection(pairs.Select(static p => KeyValuePair.Create(p[0], (string?)p[1]))).Build().Bind(options);
        return options;
    }
}
