using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Delivery;
using Plantroom.Ingest.Influx;
using Plantroom.TestKit.Fakes;
using Plantroom.TestKit.Influx;

namespace Plantroom.Ingest.Tests.Influx;

public sealed class InfluxModuleTests(SharedServers servers)
{
    [Fact]
    public async Task AddInflux_Settings_MakeBothSides()
    {
        var database = $"t{Guid.NewGuid():N}";
        await using var provider = Build(new() { ["Influx:Url"] = (await servers.InfluxAsync()).Url.ToString(), ["Influx:Database"] = database });
        var cancel = TestContext.Current.CancellationToken;
        var receipt = await provider.GetRequiredService<ILineReceiver>().WriteAsync("equipment,equipment=E,site=s v=1 1000000\n"u8.ToArray(), cancel);
        Assert.Null(receipt.Away);
        var reading = new Reading(PointId.Intern("s/E/v"), DateTime.UnixEpoch.AddMilliseconds(1), 1);
        Assert.Equal([reading], await provider.GetRequiredService<InfluxHistory>().LastAsync([reading.Point], cancel));
    }

    [Fact]
    public async Task AddInflux_WrongSettings_NameTheirKeys()
    {
        await using var provider = Build(new() { ["Influx:Timeout"] = "00:20:00", ["Influx:Database"] = "" });
        var problem = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<InfluxOptions>>().Value);
        Assert.Contains("Timeout", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Database", problem.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Build(Dictionary<string, string?> settings) =>
        new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddSingleton<IFacilitySource>(new FakeFacilitySource(Facility.Empty))
            .AddInfluxSettings().AddInflux()
            .BuildServiceProvider();
}
