using Microsoft.Extensions.Configuration;
using Plantroom.Host.Settings;

namespace Plantroom.Host.Tests.Settings;

public sealed class UnknownSettingsTests
{
    [Theory]
    [InlineData("Pump:Limit", null)]
    [InlineData("pump:limit", null)]
    [InlineData("Pump:Inner:Depth", null)]
    [InlineData("Roles", null)]
    [InlineData("Logging:LogLevel:Default", null)]
    [InlineData("AllowedHosts", null)]
    [InlineData("Pump:Limitt", "Pump:Limitt: is not a known setting; did you mean Limit?")]
    [InlineData("Pump:Inner:Dept", "Pump:Inner:Dept: is not a known setting; did you mean Depth?")]
    [InlineData("Pomp:Limit", "Pomp: is not a known section; did you mean Pump?")]
    [InlineData("Pump:Wanderlust", "Pump:Wanderlust: is not a known setting; known are Each, Inner, Limit")]
    [InlineData("Pump:Each:some name:Depth", null)]
    [InlineData("Pump:Each:some name:Dept", "Pump:Each:some name:Dept: is not a known setting; did you mean Depth?")]
    public void Find_Key_IsKnownOrNamed(string key, string? expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [key] = "1" }).Build();

        var problems = UnknownSettings.Find(configuration, [new("Pump", typeof(PumpOptions))]);

        Assert.Equal(expected is null ? [] : [expected], problems.Select(static p => p.ToString()));
    }

    private sealed class PumpOptions
    {
        public int Limit { get; set; }

        public Dictionary<string, InnerOptions> Each { get; } = [];

        public InnerOptions Inner { get; set; } = new();
    }

    private sealed class InnerOptions
    {
        public int Depth { get; set; }
    }
}
