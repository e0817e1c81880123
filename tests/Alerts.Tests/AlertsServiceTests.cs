using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Plantroom.Alerts.Alarms;
using Plantroom.Alerts.Rules;
using Plantroom.TestKit;

namespace Plantroom.Alerts.Tests;

/// <summary>The whole module on a manual clock.</summary>
public sealed class AlertsServiceTests : IDisposable
{
    private const string Level = "hq/SP-1/level";
    private readonly AlertsWorld world = new(AlertsApp.Rules);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Readings_HighForTheDelay_RaiseStoreAndPublish()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await app.ReadAsync(Level, 1.2);
        await app.PassAsync(TimeSpan.FromSeconds(60));

        var alarm = Assert.Single(app.Alarms.Active);
        Assert.Equal((AlarmState.Unacknowledged, 1.2), (alarm.State, alarm.Value));
        Assert.Equal(alarm, Assert.Single(app.Changes).Alarm);
        Assert.Equal(HealthStatus.Healthy, await app.HealthAsync());
    }

    [Fact]
    public async Task Clock_PassesWhileReadingsWait_IsLookedAtAfterThem()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await app.ReadAsync(Level, 1.2);
        world.Readings.Stall();
        world.Clock.Advance(TimeSpan.FromSeconds(30));
        var low = new Reading(PointId.Intern(Level), world.Clock.Now, 1.0);
        await world.Readings.PublishAsync(new(new[] { low }), Cancelled);

        await app.PassAsync(TimeSpan.FromSeconds(31));

        Assert.Empty(app.Alarms.Active);
        world.Readings.GoOn();
    }

    [Fact]
    public async Task Published_Change_WasStoredBefore()
    {
        await using var app = await AlertsApp.StartAsync(world);
        using var subscription = app.Get<IBus<AlarmChange>>().Subscribe("witness", 1, WhenFull.Wait);
        await app.ReadAsync(Level, 1.2);
        world.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.True(await subscription.WaitAsync(Cancelled));

        Assert.Equal(1L, Query("SELECT COUNT(*) FROM alerts_journal WHERE Event = 1"));
        Assert.Equal(1L, Query("SELECT State FROM alerts_alarm"));
    }

    [Theory]
    [InlineData(AlarmState.Unacknowledged)]
    [InlineData(AlarmState.Acknowledged)]
    [InlineData(AlarmState.ReturnedUnacknowledged)]
    public async Task Restart_ActiveAlarm_IsTheSameAlarmInTheSameState(AlarmState state)
    {
        Alarm before;
        await using (var app = await AlertsApp.StartAsync(world))
        {
            await StoreAsync(app, 1.2);
            await app.PassAsync(TimeSpan.FromSeconds(60));
            if (state is AlarmState.Acknowledged) await app.Alarms.AcknowledgeAsync(1, "Li", "seen", Cancelled);
            if (state is AlarmState.ReturnedUnacknowledged)
            {
                await StoreAsync(app, 1.0);
                await app.PassAsync(TimeSpan.FromSeconds(60));
            }

            before = Assert.Single(app.Alarms.Active);
            Assert.Equal(state, before.State);
        }

        world.Clock.Advance(TimeSpan.FromHours(2));
        await using var again = await AlertsApp.StartAsync(world);
        await again.PassAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(before, Assert.Single(again.Alarms.Active));
        Assert.Empty(again.Changes);
    }

    [Fact]
    public async Task Restart_ConditionGoneMeanwhile_ReturnsOnlyWithAFreshReading()
    {
        await using (var app = await AlertsApp.StartAsync(world))
        {
            await StoreAsync(app, 1.2);
            await app.PassAsync(TimeSpan.FromSeconds(60));
        }

        await using var again = await AlertsApp.StartAsync(world);
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        await again.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(AlarmState.Unacknowledged, Assert.Single(again.Alarms.Active).State);

        await again.ReadAsync(Level, 1.0);
        await again.PassAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((1, AlarmState.ReturnedUnacknowledged), (again.Alarms.Active[0].Id, again.Alarms.Active[0].State));
    }

    [Fact]
    public async Task Restart_HighLevelStoredWhileRulesWereDown_RaisesOnce()
    {
        world.History.Add(new Reading(PointId.Intern(Level), world.Clock.Now.AddMinutes(-30), 1.3));
        await using (var app = await AlertsApp.StartAsync(world))
        {
            await app.SettleAsync();
            Assert.Equal(world.Clock.Now.AddMinutes(-29), Assert.Single(app.Alarms.Active).RaisedAt);
        }

        await using var again = await AlertsApp.StartAsync(world);
        await again.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(1, Assert.Single(again.Alarms.Active).Id);
    }

    [Fact]
    public async Task Restart_ReadingsPublishedJustBeforeTheStop_AreEvaluated()
    {
        await using (var app = await AlertsApp.StartAsync(world))
        {
            var now = world.Clock.Now;
            Reading[] readings = [new(PointId.Intern(Level), now.AddSeconds(-60), 1.2), new(PointId.Intern(Level), now, 1.2)];
            await app.Get<IBus<ReadingBatch>>().PublishAsync(new(readings), Cancelled);
        }

        await using var again = await AlertsApp.StartAsync(world);
        Assert.Single(again.Alarms.Active);
    }

    [Fact]
    public async Task RuleFile_EquipmentDisabled_WithdrawsItsAlarm()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await app.ReadAsync(Level, 1.2);
        await app.PassAsync(TimeSpan.FromSeconds(60));

        await File.WriteAllTextAsync(world.RuleFile, AlertsApp.Rules + "\n    overrides: { hq/SP-1: { enabled: false } }\n", Cancelled);
        app.Get<RuleSource>().Reload();

        await Eventually.True(() => app.Alarms.Active.Count == 0, "the alarm is withdrawn", Cancelled);
        await Eventually.True(() => app.Changes.Count == 2, "the change is published", Cancelled);
        Assert.Equal(AlarmEvent.Withdrawn, app.Changes[^1].Event);
    }

    [Fact]
    public async Task RuleFile_ChangedOnDisk_IsTakenOverWithoutARestart()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await app.ReadAsync(Level, 1.0);
        await File.WriteAllTextAsync(world.RuleFile, AlertsApp.Rules.Replace("1.15", "0.9", StringComparison.Ordinal), Cancelled);

        await Eventually.True(
            () =>
            {
                world.Clock.Advance(TimeSpan.FromSeconds(1));
                return app.Alarms.Active is [{ Limit: 0.9 }];
            },
            "the new limit raises an alarm",
            Cancelled);
    }

    [Fact]
    public async Task RuleFile_Broken_IsReportedAndTheSetInForceStays()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await File.WriteAllTextAsync(world.RuleFile, AlertsApp.Rules.Replace("deadband", "deathband", StringComparison.Ordinal), Cancelled);
        app.Get<RuleSource>().Reload();

        Assert.Equal(HealthStatus.Degraded, await app.HealthAsync());
        await app.ReadAsync(Level, 1.2);
        await app.PassAsync(TimeSpan.FromSeconds(60));
        Assert.Single(app.Alarms.Active);
    }

    [Fact]
    public async Task SiteModel_EquipmentGone_WithdrawsItsAlarm()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await app.ReadAsync(Level, 1.2);
        await app.PassAsync(TimeSpan.FromSeconds(60));

        var model = Repository.Building;
        world.Facility.Change(new(model.Sites, [.. model.Equipment.Where(static e => e.Id.Equipment != "SP-1")]));

        await Eventually.True(() => app.Alarms.Active.Count == 0, "the alarm is withdrawn", Cancelled);
    }

    [Fact]
    public async Task SiteModel_ComesAfterTheStart_AlarmsGoOnAndReturn()
    {
        await using (var app = await AlertsApp.StartAsync(world))
        {
            await StoreAsync(app, 1.2);
            await app.PassAsync(TimeSpan.FromSeconds(60));
        }

        world.Facility.Change(Facility.Empty);
        await using var again = await AlertsApp.StartAsync(world);
        await again.SettleAsync();
        Assert.Equal(AlarmState.Unacknowledged, Assert.Single(again.Alarms.Active).State);

        world.Facility.Change(Repository.Building);
        await Eventually.True(() => again.Get<AlertsService>().Bound == 2, "the rules are bound", Cancelled);
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        await again.ReadAsync(Level, 1.0);
        await again.PassAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((1, AlarmState.ReturnedUnacknowledged), (again.Alarms.Active[0].Id, again.Alarms.Active[0].State));
    }

    [Fact]
    public async Task RuleFile_DisabledAndEnabledAgain_RaisesAnew()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await app.ReadAsync(Level, 1.2);
        await app.PassAsync(TimeSpan.FromSeconds(60));
        await File.WriteAllTextAsync(world.RuleFile, AlertsApp.Rules + "\n    overrides: { hq/SP-1: { enabled: false } }\n", Cancelled);
        app.Get<RuleSource>().Reload();
        await Eventually.True(() => app.Get<AlertsService>().Bound == 1, "the rule is off", Cancelled);
        await File.WriteAllTextAsync(world.RuleFile, AlertsApp.Rules, Cancelled);
        app.Get<RuleSource>().Reload();
        await Eventually.True(() => app.Get<AlertsService>().Bound == 2, "the rule is on", Cancelled);
        await app.ReadAsync(Level, 1.2);
        await app.PassAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(2, Assert.Single(app.Alarms.Active).Id);
    }

    [Fact]
    public async Task RuleFile_DisabledThenEnabledWhileDown_RaisesWhatIsStillHigh()
    {
        await using (var app = await AlertsApp.StartAsync(world))
        {
            await StoreAsync(app, 1.2);
            await app.PassAsync(TimeSpan.FromSeconds(60));
            await File.WriteAllTextAsync(world.RuleFile, AlertsApp.Rules + "\n    overrides: { hq/SP-1: { enabled: false } }\n", Cancelled);
            app.Get<RuleSource>().Reload();
            await Eventually.True(() => app.Alarms.Active.Count == 0, "the alarm is withdrawn", Cancelled);
        }

        await File.WriteAllTextAsync(world.RuleFile, AlertsApp.Rules, Cancelled);
        await using var again = await AlertsApp.StartAsync(world);
        await again.PassAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(2, Assert.Single(again.Alarms.Active).Id);
    }

    [Fact]
    public async Task Database_FailingForAWhile_LosesNoAlarm()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await app.ReadAsync(Level, 1.2);
        Execute("CREATE TRIGGER broken BEFORE INSERT ON alerts_alarm BEGIN SELECT RAISE(ABORT, 'disk full'); END");
        world.Clock.Advance(TimeSpan.FromSeconds(60));
        await Eventually.True(() => app.Get<AlarmDesk>().FailedCommits > 0, "a commit fails", Cancelled);

        Assert.Empty(app.Changes);
        Assert.Equal(HealthStatus.Unhealthy, await app.HealthAsync());

        Execute("DROP TRIGGER broken");
        await Eventually.True(
            () =>
            {
                world.Clock.Advance(TimeSpan.FromSeconds(1));
                return app.Alarms.Active.Count == 1 && app.Changes.Count > 0;
            },
            "the alarm is stored at last",
            Cancelled);
        Assert.Equal(HealthStatus.Healthy, await app.HealthAsync());
    }

    [Fact]
    public async Task Acknowledge_AnotherProcessWasQuicker_IsNotOverwritten()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await app.ReadAsync(Level, 1.2);
        await app.PassAsync(TimeSpan.FromSeconds(60));
        Execute("UPDATE alerts_alarm SET State = 2, AcknowledgedBy = 'Wang', AcknowledgedAt = 0, Version = Version + 1");

        var acknowledging = app.Alarms.AcknowledgeAsync(1, "Li", null, Cancelled).AsTask();
        await Eventually.True(
            () =>
            {
                world.Clock.Advance(TimeSpan.FromSeconds(1));
                return acknowledging.IsCompleted;
            },
            "the acknowledgement is answered",
            Cancelled);

        Assert.Equal(AcknowledgeOutcome.AlreadyAcknowledged, await acknowledging);
        Assert.Equal("Wang", Query("SELECT AcknowledgedBy FROM alerts_alarm"));
    }

    [Fact]
    public async Task Health_EngineWithoutATick_IsUnhealthy()
    {
        await using var app = await AlertsApp.StartAsync(world);
        await app.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(HealthStatus.Healthy, await app.HealthAsync());
        app.Get<IBus<ReadingBatch>>().Complete(); // the engine ends with its readings
        await app.Get<AlertsService>().ExecuteTask!;
        world.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(HealthStatus.Unhealthy, await app.HealthAsync());
    }

    private async Task StoreAsync(AlertsApp app, double value)
    {
        world.History.Add(new Reading(PointId.Intern(Level), world.Clock.Now, value));
        await app.ReadAsync(Level, value);
    }

    private object? Query(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private void Execute(string sql) => Query(sql);

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={world.Data.Database};Pooling=False");
        connection.Open();
        return connection;
    }
}
