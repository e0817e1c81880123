using System.Text.Json;

namespace Plantroom.Energy.Tests.Consumption;

public sealed class ConsumptionApiTests
{
    private const string Path = "/api/v1/energy/consumption";
    private const string ThreeHours = "from=2026-06-01T08:00:00Z&to=2026-06-01T11:00:00Z";

    [Fact]
    public async Task Consumption_Hours_AreWhatTheCounterRoseByWithNullWhereNothingCame()
    {
        var model = new Model("c-hours").Meter("M-1").Reads("M-1", (-5, 99), (0, 100), (30, 104), (60, 110.5), (150, 2), (180, 3.25));
        await using var host = await EnergyHost.StartAsync(model);

        var answer = await host.GetAsync($"{Path}?meter=c-hours/M-1&{ThreeHours}&every=1h");

        Assert.Equal(["10.5", "null", "3.25"], Windows(answer));
        Assert.Equal(13.75, answer.GetProperty("kwh").GetDouble());
        Assert.Equal("Asia/Shanghai", answer.GetProperty("timeZone").GetString());
    }

    [Fact]
    public async Task Consumption_NothingAtAll_IsNullEverywhere()
    {
        await using var host = await EnergyHost.StartAsync(new Model("c-nothing").Meter("M-1"));
        var answer = await host.GetAsync($"{Path}?meter=c-nothing/M-1&{ThreeHours}&every=1h");
        Assert.Equal(["null", "null", "null"], Windows(answer));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("kwh").ValueKind);
    }

    [Fact]
    public async Task Consumption_Days_AreThoseOfTheSite()
    {
        // One kWh an hour, read each half hour, over the night on which Berlin sets its clocks forward.
        var model = new Model("c-days", "Europe/Berlin").Meter("M-1");
        var start = new DateTime(2026, 3, 27, 0, 0, 0, DateTimeKind.Utc);
        model.Reads("M-1", [.. Enumerable.Range(0, 300).Select(i => ((start.AddMinutes(30 * i) - Model.Start).TotalMinutes, i / 2.0))]);
        await using var host = await EnergyHost.StartAsync(model);

        var answer = await host.GetAsync($"{Path}?meter=c-days/M-1&from=2026-03-28T00:00:00%2B01:00&to=2026-03-31T00:00:00%2B02:00&every=1d");

        Assert.Equal(["24", "23", "24"], Windows(answer));
        Assert.Equal("2026-03-28T23:00:00Z", answer.GetProperty("windows")[1].GetProperty("from").GetString());
    }

    [Theory]
    [InlineData("W.h", 0.001)]
    [InlineData("kW.h", 1)]
    [InlineData("MW.h", 1000)]
    [InlineData("GW.h", 1_000_000)]
    public async Task Consumption_OtherUnit_IsInKilowattHours(string unit, double factor)
    {
        var site = "c-unit-" + unit;
        await using var host = await EnergyHost.StartAsync(new Model(site).Meter("M-1", unit: unit).Reads("M-1", (0, 0), (30, 500)));
        var answer = await host.GetAsync($"{Path}?meter={site}/M-1&{ThreeHours}&every=1h");
        Assert.Equal(500 * factor, answer.GetProperty("kwh").GetDouble());
    }

    [Fact]
    public async Task Consumption_BinaryFractions_AreNotShown()
    {
        await using var host = await EnergyHost.StartAsync(new Model("c-round").Meter("M-1").Reads("M-1", (0, 0.1), (30, 0.3), (90, 0.4)));
        var answer = await host.GetAsync($"{Path}?meter=c-round/M-1&{ThreeHours}&every=1h");
        Assert.Equal(["0.2", "0.1", "null"], Windows(answer));
        Assert.Equal("0.3", answer.GetProperty("kwh").GetRawText());
    }

    [Theory]
    [InlineData("", "every,from,meter,to")]
    [InlineData("?meter=c-bad&from=x&to=y&every=2h", "every,from,meter,to")]
    [InlineData("?meter=c-bad/M-1/energy&from=0&to=1&every=1h", "meter")]
    [InlineData("?meter=c-bad/nobody&from=1&to=1&every=1d", "to")]
    [InlineData("?meter=c-bad/M-1&from=0&to=1&every=1440min", "every")]
    [InlineData("?meter=c-bad/M-1&from=2026-06-01T08:00:00&to=2026-06-01T11:00:00Z&every=1h", "from")]
    public async Task Consumption_BadInput_NamesEveryWrongField(string query, string fields)
    {
        await using var host = await EnergyHost.StartAsync(new Model("c-bad").Meter("M-1"));
        Assert.Equal(fields.Split(','), await host.RefusedAsync(Path + query));
    }

    [Theory]
    [InlineData("c-unknown/nobody", "nobody")]
    [InlineData("elsewhere/M-1", "elsewhere/M-1")]
    [InlineData("c-unknown/P-1", "P-1")]
    [InlineData("c-unknown/M-2", "counts energy")]
    [InlineData("c-unknown/M-3", "counts energy")]
    public async Task Consumption_NotAMeter_IsNotFound(string meter, string detail)
    {
        var model = new Model("c-unknown").Meter("M-1").Add("P-1", "drain_pump").Meter("M-2", unit: "m3").Meter("M-3", point: "volume");
        await using var host = await EnergyHost.StartAsync(model);
        var problem = await host.GetAsync($"{Path}?meter={meter}&{ThreeHours}&every=1h", 404);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.False(PointId.TryFind(meter + "/nothing", out _));
    }

    [Fact]
    public async Task Consumption_TooManyWindows_AsksForLongerOnes()
    {
        await using var host = await EnergyHost.StartAsync(new Model("c-many").Meter("M-1"), ("Energy:MaxWindows", "3"));
        Assert.Equal(3, Windows(await host.GetAsync($"{Path}?meter=c-many/M-1&{ThreeHours}&every=1h")).Length);
        Assert.Equal(["every"], await host.RefusedAsync($"{Path}?meter=c-many/M-1&{ThreeHours}&every=30min"));
        Assert.Equal(["every"], await host.RefusedAsync($"{Path}?meter=c-many/M-1&from=0&to=9999-12-31T23:59:59Z&every=1d"));
        Assert.Equal(["every"], await host.RefusedAsync($"{Path}?meter=c-many/M-1&from=0&to=9999-12-31T23:59:59Z&every=1min"));
    }

    [Fact]
    public async Task Consumption_OwnClassAndPoint_AreThoseOfTheSettings()
    {
        var energy = new PointDefinition
        {
            Id = PointId.Intern("c-own/Z-1/total"), Name = LocalizedText.Same("t"), Kind = PointKind.Counter, Unit = "kW.h",
        };
        var model = new Model("c-own").Add("Z-1", "zaehler", points: energy);
        model.History.Add(new Reading(energy.Id, Model.Start, 1), new Reading(energy.Id, Model.Start.AddMinutes(1), 3));
        await using var host = await EnergyHost.StartAsync(model, ("Energy:MeterClass", "zaehler"), ("Energy:EnergyPoint", "total"));
        Assert.Equal(2, (await host.GetAsync($"{Path}?meter=c-own/Z-1&{ThreeHours}&every=1h")).GetProperty("kwh").GetDouble());
    }

    private static string[] Windows(JsonElement answer) =>
        [.. answer.GetProperty("windows").EnumerateArray().Select(w => w.GetProperty("kwh").GetRawText())];
}
