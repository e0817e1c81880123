using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Plantroom.Alerts.Rain;

namespace Plantroom.Alerts.Tests.Rain;

/// <summary>The rain warning of the demonstration building, with a gauge that counts 0.2 mm.</summary>
public sealed class RainWarningsTests : IDisposable
{
    private readonly AlertsWorld world = new(File.ReadAllText(Path.Combine(Repository.Rules, "rain.yaml")));
    private double counter = 1000;

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Update_RainRisesAndStops_IsOneAlarmThatRisesAtOnceAndDropsStepwise()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await RainAsync(app, hours: 12, perHour: 0);
        Assert.Empty(app.Alarms.Active);

        await RainAsync(app, hours: 3, perHour: 18);
        Assert.Equal("Rainstorm warning: orange", Assert.Single(app.Alarms.Active).Title.En);
        await app.Alarms.AcknowledgeAsync(1, "Li", null, TestContext.Current.CancellationToken);
        await RainAsync(app, hours: 1, perHour: 70);
        Assert.Equal((1, AlarmState.Unacknowledged, AlarmPriority.Critical), Stand(app));

        await RainAsync(app, hours: 20, perHour: 0);
        Assert.Equal(
            ["orange", "red", "orange", "yellow", "blue", "blue"],
            app.Changes.Where(static c => c.Event is not AlarmEvent.Acknowledged).Select(static c => c.Alarm.Title.En.Split(' ')[^1]));
        Assert.Equal(AlarmState.ReturnedUnacknowledged, Assert.Single(app.Alarms.Active).State);
        Assert.Equal(RainColour.None, Assert.Single(app.Get<IRainWarnings>().Current).Colour);
    }

    [Fact]
    public async Task Update_GaugeSilent_KeepsTheColour()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await RainAsync(app, hours: 3, perHour: 20);

        for (var i = 0; i < 24; i++)
        {
            world.Clock.Advance(TimeSpan.FromHours(1));
            await app.UpdateRainAsync();
        }

        Assert.Equal("Rainstorm warning: orange", Assert.Single(app.Alarms.Active).Title.En);
        Assert.InRange(Assert.Single(app.Get<IRainWarnings>().Current).Sum3h, 50, 60); // of when it was last heard
    }

    [Fact]
    public async Task Update_StoreAway_KeepsTheColourSaysSoOnceAndCatchesUp()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await RainAsync(app, hours: 3, perHour: 20);
        world.History.Failure = new HistoryUnavailableException("nobody answers");

        for (var minute = 0; minute < 240; minute++)
        {
            Store();
            if (minute % 60 == 59) await app.UpdateRainAsync();
        }

        Assert.Equal("Rainstorm warning: orange", Assert.Single(app.Alarms.Active).Title.En);
        Assert.Contains("nobody answers", Assert.Single(world.Log.Of<RainWarnings>(LogLevel.Warning)), StringComparison.Ordinal);
        world.History.Failure = null;
        await app.UpdateRainAsync();
        await app.UpdateRainAsync();
        Assert.Equal("Rainstorm warning: yellow", Assert.Single(app.Alarms.Active).Title.En);
        Assert.Single(world.Log.Of<RainWarnings>(LogLevel.Information));
    }

    [Fact]
    public async Task Update_NeverAnyData_WarnsOfNothing()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await app.UpdateRainAsync();
        await app.SettleAsync();

        Assert.Empty(app.Alarms.Active);
        Assert.Equal(RainColour.None, Assert.Single(app.Get<IRainWarnings>().Current).Colour);
    }

    [Fact]
    public async Task Update_OnceAfterDowntime_IsWhereItWouldBeHadItBeenUp()
    {
        await using (var app = await AlertsApp.StartAsync(world))
        {
            await RainAsync(app, hours: 3, perHour: 20);
            Assert.Equal(AlarmPriority.High, Stand(app).Priority);
        }

        // The gauge's buffer fills the hole: dry for four hours. Orange holds until an hour after the 3-hour sum has fallen.
        for (var minute = 0; minute < 240; minute++) Store();
        await using var again = await AlertsApp.StartAsync(world);
        Assert.Equal(RainColour.Orange, Assert.Single(again.Get<IRainWarnings>().Current).Colour);
        await again.UpdateRainAsync();

        Assert.Equal((1, AlarmState.Unacknowledged, AlarmPriority.Medium), Stand(again));
        Assert.Equal("Rainstorm warning: yellow", again.Alarms.Active[0].Title.En);
    }

    [Fact]
    public async Task Update_RestartWithinTheHold_DoesNotStartTheHoldAgain()
    {
        await using (var app = await AlertsApp.StartAsync(world)) await RainAsync(app, hours: 3, perHour: 20);
        await using (var app = await AlertsApp.StartAsync(world)) await RainAsync(app, minutes: 90, perHour: 0);
        await using var again = await AlertsApp.StartAsync(world);
        await RainAsync(again, minutes: 10, perHour: 0);
        Assert.Equal("Rainstorm warning: yellow", Assert.Single(again.Alarms.Active).Title.En);
    }

    [Fact]
    public async Task Update_SeveralGauges_TheLargestSumCounts()
    {
        var model = Repository.Building;
        var gauge = model.Find(new EquipmentId("hq", "RG-1"))!;
        var second = gauge with
        {
            Id = new("hq", "RG-2"),
            Points = [.. gauge.Points.Select(static p => p with { Id = PointId.Intern("hq/RG-2/" + p.Id.Point) })],
        };
        world.Facility.Change(new(model.Sites, [.. model.Equipment, second]));
        await using var app = await AlertsApp.StartAsync(world);
        world.History.Add(
            new Reading(PointId.Intern("hq/RG-2/rain"), world.Clock.Now.AddMinutes(-90), 0),
            new Reading(PointId.Intern("hq/RG-2/rain"), world.Clock.Now, 55));
        Store();
        await app.UpdateRainAsync();

        Assert.Equal(("hq/RG-1", AlarmPriority.High), (Assert.Single(app.Alarms.Active).Equipment.ToString(), app.Alarms.Active[0].Priority));
    }

    [Fact]
    public async Task Api_Rain_ShowsSumsAndColour()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await RainAsync(app, hours: 3, perHour: 20);

        var rain = JsonNode.Parse(await app.Http.GetStringAsync(new Uri("/api/v1/rain", UriKind.Relative), TestContext.Current.CancellationToken));

        Assert.Equal("orange", rain![0]!["colour"]!.GetValue<string>());
        Assert.Equal("hq", rain[0]!["site"]!.GetValue<string>());
        Assert.Equal(60, rain[0]!["sum3h"]!.GetValue<double>(), 0.5); // the first minute has nothing to rise from
    }

    private static (long Id, AlarmState State, AlarmPriority Priority) Stand(AlertsApp app)
    {
        var alarm = Assert.Single(app.Alarms.Active);
        return (alarm.Id, alarm.State, alarm.Priority);
    }

    private async Task RainAsync(AlertsApp app, double hours = 0, double perHour = 0, int minutes = 0)
    {
        for (var minute = 0; minute < (hours * 60) + minutes; minute++)
        {
            Store(perHour / 60);
            if (minute % 10 == 9) await app.UpdateRainAsync();
        }
    }

    private void Store(double rain = 0)
    {
        counter += rain;
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        world.History.Add(new Reading(PointId.Intern("hq/RG-1/rain"), world.Clock.Now, Math.Round(counter, 6)));
    }
}
