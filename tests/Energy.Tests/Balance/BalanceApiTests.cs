using System.Text.Json;

namespace Plantroom.Energy.Tests.Balance;

public sealed class BalanceApiTests
{
    private const string Path = "/api/v1/energy/balance";
    private const string Hour = "from=2026-06-01T08:00:00Z&to=2026-06-01T09:00:00Z";

    [Fact]
    public async Task Balance_LevelsOfMeters_SetsEachAgainstThoseRightBelowIt()
    {
        var model = new Model("b-levels").Meter("M-0")
            .Add("DB-1", "distribution_board", "M-0").Meter("M-1", "DB-1").Meter("M-11", "M-1").Meter("M-2", "M-0").Meter("M-9")
            .Add("P-1", "drain_pump", "M-2")
            .Reads("M-0", (0, 0), (60, 100)).Reads("M-1", (0, 0), (60, 60)).Reads("M-11", (0, 5), (60, 50)).Reads("M-2", (0, 0), (60, 30))
            .Reads("M-9", (0, 0), (60, 1));
        await using var host = await EnergyHost.StartAsync(model);

        var meters = (await host.GetAsync($"{Path}?site=b-levels&{Hour}")).GetProperty("meters").EnumerateArray().ToArray();

        Assert.Equal(2, meters.Length);
        Assert.Equal(("b-levels/M-0", "M-1:60 M-2:30", "90", "10", "10"), Show(meters[0]));
        Assert.Equal(("b-levels/M-1", "M-11:45", "45", "15", "25"), Show(meters[1]));
    }

    [Fact]
    public async Task Balance_SubMetersCountMore_IsBelowZero()
    {
        var model = new Model("b-more").Meter("M-0").Meter("M-1", "M-0").Reads("M-0", (0, 0), (60, 3)).Reads("M-1", (0, 0), (60, 4));
        await using var host = await EnergyHost.StartAsync(model);
        var meter = (await host.GetAsync($"{Path}?site=b-more&{Hour}")).GetProperty("meters")[0];
        Assert.Equal(("b-more/M-0", "M-1:4", "4", "-1", "-33.33"), Show(meter));
    }

    [Fact]
    public async Task Balance_MeterWithoutData_IsNotTakenForZero()
    {
        var model = new Model("b-silent").Meter("M-0").Meter("M-1", "M-0").Meter("M-2", "M-0").Meter("M-21", "M-2").Meter("M-3").Meter("M-31", "M-3")
            .Reads("M-0", (0, 0), (60, 10)).Reads("M-1", (0, 0), (60, 4))
            .Reads("M-21", (0, 0), (60, 2)).Reads("M-3", (0, 7), (60, 7)).Reads("M-31", (0, 7), (60, 7));
        await using var host = await EnergyHost.StartAsync(model);

        var meters = (await host.GetAsync($"{Path}?site=b-silent&{Hour}")).GetProperty("meters").EnumerateArray().ToArray();

        Assert.Equal(
            [
                ("b-silent/M-0", "M-1:4 M-2:null", "null", "null", "null"),
                ("b-silent/M-2", "M-21:2", "2", "null", "null"),
                ("b-silent/M-3", "M-31:0", "0", "0", "null"),
            ],
            meters.Select(Show));
    }

    [Fact]
    public async Task Balance_SiteWithoutSubMeters_IsEmpty()
    {
        await using var host = await EnergyHost.StartAsync(new Model("b-flat").Meter("M-0").Meter("M-1"));
        Assert.Equal(0, (await host.GetAsync($"{Path}?site=b-flat&{Hour}")).GetProperty("meters").GetArrayLength());
    }

    [Theory]
    [InlineData("", "from,site,to")]
    [InlineData("?site=a/b&from=x&to=1", "from,site")]
    [InlineData("?site=b-bad&from=2&to=1", "to")]
    public async Task Balance_BadInput_NamesEveryWrongField(string query, string fields)
    {
        await using var host = await EnergyHost.StartAsync(new Model("b-bad"));
        Assert.Equal(fields.Split(','), await host.RefusedAsync(Path + query));
    }

    [Fact]
    public async Task Balance_UnknownSite_IsNotFound()
    {
        await using var host = await EnergyHost.StartAsync(new Model("b-known"));
        var problem = await host.GetAsync($"{Path}?site=b-unknown&{Hour}", 404);
        Assert.Contains("b-unknown", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static (string Meter, string SubMeters, string Sum, string Unmetered, string Percent) Show(JsonElement balance) => (
        balance.GetProperty("meter").GetString()!,
        string.Join(' ', balance.GetProperty("subMeters").EnumerateArray()
            .Select(s => $"{s.GetProperty("meter").GetString()!.Split('/')[1]}:{s.GetProperty("kwh").GetRawText()}")),
        balance.GetProperty("subMetersKwh").GetRawText(),
        balance.GetProperty("unmeteredKwh").GetRawText(),
        balance.GetProperty("unmeteredPercent").GetRawText());
}
