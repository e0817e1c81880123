using System.Net.Http.Json;
using System.Text.Json;
using Plantroom.Alerts.Alarms;
using Plantroom.Alerts.Rules;
using Plantroom.TestKit;

namespace Plantroom.Alerts.Tests.Alarms;

/// <summary>What modules say of the system itself, through the whole module.</summary>
public sealed class SystemAlarmsTests : IDisposable
{
    private static readonly SystemAlarm NotKept = new()
    {
        Rule = "SYS-01",
        Equipment = SystemAlarm.Storage,
        Priority = AlarmPriority.High,
        Title = new("数据无法保存", "Readings cannot be kept"),
        Action = new("腾出空间", "Free space"),
        Value = 83,
        Limit = 100,
    };

    private readonly AlertsWorld world = new(AlertsApp.Rules);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Set_Once_IsStoredPublishedAndServedLikeAnyAlarm()
    {
        await using var app = await AlertsApp.StartAsync(world);

        await SetAsync(app, NotKept);

        var alarm = Assert.Single(app.Alarms.Active);
        Assert.Equal(("SYS-01", "plantroom/storage", null), (alarm.Rule, alarm.Equipment.ToString(), alarm.Point));
        Assert.Equal((AlarmPriority.High, AlarmState.Unacknowledged, 83, 100), (alarm.Priority, alarm.State, alarm.Value, alarm.Limit));
        Assert.Equal((NotKept.Title, NotKept.Action, world.Clock.Now), (alarm.Title, alarm.Action, alarm.RaisedAt));
        Assert.Equal(alarm, Assert.Single(app.Changes).Alarm);
        var served = await app.Http.GetFromJsonAsync<JsonElement>("/api/v1/alarms", Cancelled);
        Assert.Equal("plantroom/storage", Assert.Single(served.EnumerateArray()).GetProperty("equipment").GetString());
    }

    [Fact]
    public async Task Set_Again_ChangesNothing_AndAWorsePriorityAsksAgain()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await SetAsync(app, NotKept);
        await SetAsync(app, NotKept with { Value = 82 });
        Assert.Single(app.Changes);
        await app.Alarms.AcknowledgeAsync(1, "Li", null, Cancelled);

        await SetAsync(app, NotKept with { Priority = AlarmPriority.Critical });

        var alarm = Assert.Single(app.Alarms.Active);
        Assert.Equal((AlarmPriority.Critical, AlarmState.Unacknowledged, null), (alarm.Priority, alarm.State, alarm.AcknowledgedBy));
        await app.Alarms.AcknowledgeAsync(1, "Li", null, Cancelled);
        await SetAsync(app, NotKept);
        Assert.Equal((AlarmPriority.High, AlarmState.Acknowledged), (app.Alarms.Active[0].Priority, app.Alarms.Active[0].State));
    }

    [Fact]
    public async Task Clear_OfWhatIsNotMet_ChangesNothing_OfWhatIs_ReturnsIt()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await ClearAsync(app);
        Assert.Empty(app.Changes);
        await SetAsync(app, NotKept);

        await ClearAsync(app);
        await ClearAsync(app);

        Assert.Equal(AlarmState.ReturnedUnacknowledged, Assert.Single(app.Alarms.Active).State);
        Assert.Equal([AlarmEvent.Raised, AlarmEvent.Returned], app.Changes.Select(static c => c.Event));
        await SetAsync(app, NotKept);
        Assert.Equal((1L, 2), (app.Alarms.Active[0].Id, app.Alarms.Active[0].Count));
    }

    [Fact]
    public async Task Restart_StillMet_IsTheSameAlarmOnce_AndReturnsWhenItIsOver()
    {
        await using (var app = await AlertsApp.StartAsync(world)) await SetAsync(app, NotKept);

        await using var again = await AlertsApp.StartAsync(world);
        var alarm = Assert.Single(again.Alarms.Active);
        Assert.Equal((1L, AlarmState.Unacknowledged), (alarm.Id, alarm.State));
        await SetAsync(again, NotKept);
        Assert.Empty(again.Changes);
        Assert.Equal(alarm, Assert.Single(again.Alarms.Active));

        await ClearAsync(again);
        Assert.Equal(AlarmEvent.Returned, Assert.Single(again.Changes).Event);
    }

    [Fact]
    public async Task Rules_Reloaded_DoNotWithdrawIt()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await SetAsync(app, NotKept);
        await app.ReadAsync("hq/SP-1/level", 1.2);
        await app.PassAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(2, app.Alarms.Active.Count);

        await File.WriteAllTextAsync(world.RuleFile, AlertsApp.Rules.Replace("id: T", "id: U", StringComparison.Ordinal), Cancelled);
        app.Get<RuleSource>().Reload();

        await Eventually.True(() => app.Changes.Any(static c => c.Event is AlarmEvent.Withdrawn), "the other rule is withdrawn", Cancelled);
        Assert.Equal("SYS-01", Assert.Single(app.Alarms.Active, static a => a.Equipment.Site == SystemAlarm.Site).Rule);
        Assert.DoesNotContain(app.Changes, static c => c.Alarm.Rule == "SYS-01" && c.Event is AlarmEvent.Withdrawn);
    }

    [Theory]
    [InlineData("SYS-01", "hq")]
    [InlineData("FL-01", SystemAlarm.Site)]
    public async Task Set_WhatIsNotOfTheSystemItself_IsRefused(string rule, string site)
    {
        await using var app = await AlertsApp.StartAsync(world);

        Assert.ThrowsAny<ArgumentException>(() => app.Get<ISystemAlarms>().Set(NotKept with { Rule = rule, Equipment = new(site, "storage") }));
    }

    private static async Task SetAsync(AlertsApp app, SystemAlarm alarm)
    {
        app.Get<ISystemAlarms>().Set(alarm);
        await TakenAsync(app);
    }

    private static async Task ClearAsync(AlertsApp app)
    {
        app.Get<ISystemAlarms>().Clear(SystemAlarm.Storage, "SYS-01");
        await TakenAsync(app);
    }

    /// <summary>Waits until the desk has done it.</summary>
    private static async Task TakenAsync(AlertsApp app)
    {
        await Eventually.True(() => app.Get<SystemAlarms>().IsIdle, "everything said is with the desk", Cancelled);
        await app.SettleAsync();
    }
}
