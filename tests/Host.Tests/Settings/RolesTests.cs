using Plantroom.Host.Settings;

namespace Plantroom.Host.Tests.Settings;

public sealed class RolesTests
{
    [Theory]
    [InlineData("all", "broker, gateway, ingest, alerts, maintenance, energy, dashboard, simulators")]
    [InlineData("ALL,-Simulators", "broker, gateway, ingest, alerts, maintenance, energy, dashboard")]
    [InlineData("simulators", "simulators")]
    [InlineData(" dashboard , energy,maintenance,alerts,ingest,gateway,broker ", "broker, gateway, ingest, alerts, maintenance, energy, dashboard")]
    public void Parse_Valid_GivesTheRolesInOrder(string text, string expected)
    {
        var problems = new List<StartupProblem>();

        Assert.Equal(expected, Roles.Parse(text, problems).ToString());
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("", "no role is left")]
    [InlineData("all,-all", "no role is left")]
    [InlineData("janitor", "'janitor' is not a role")]
    [InlineData("1", "'1' is not a role")]
    [InlineData("all,-janitor", "'janitor' is not a role")]
    [InlineData("gateway", "gateway cannot run without broker, ingest, alerts, maintenance, energy, dashboard in the same process")]
    [InlineData("simulators,broker", "cannot run without gateway")]
    public void Parse_Impossible_SaysWhy(string text, string expected)
    {
        var problems = new List<StartupProblem>();

        Roles.Parse(text, problems);

        var problem = Assert.Single(problems);
        Assert.Equal("Roles", problem.Key);
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }
}
