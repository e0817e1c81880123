using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Plantroom.Maintenance.Reminders;
using Plantroom.Maintenance.Storage;
using Plantroom.TestKit;
using static Plantroom.Maintenance.Tests.FacilityBuilder;

namespace Plantroom.Maintenance.Tests.Reminders;

/// <summary>The clock starts at 2026-06-01 16:00 in Shanghai.</summary>
public sealed class ReminderRoundTests : IAsyncDisposable
{
    private readonly MaintenanceHost host = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Start_OfANewInstallation_ShowsWhatIsOverdueLongestFirst()
    {
        await host.StartAsync(
            Equipment("P-1", 90, "2026-03-01"), Equipment("P-2", 90, "2026-05-01"), Equipment("P-3", 90, "2026-02-01"), Equipment("P-4", null));
        var open = await host.Reminders.OpenAsync(Cancelled);
        Assert.Equal(["P-3", "P-1"], open.Select(static r => r.Equipment.Equipment));
        Assert.Equal(new DateOnly(2026, 5, 30), open[1].DueOn);
        Assert.Equal((new LocalizedText("检查", "Check P-1"), host.Clock.Now, (DateTime?)null), (open[1].Task, open[1].RaisedAt, open[1].DoneAt));
        Assert.Equal(DateTimeKind.Utc, open[1].RaisedAt.Kind);
    }

    [Fact]
    public async Task Equipment_NeverMaintained_IsDueAtOnce()
    {
        await host.StartAsync(Equipment("P-1", 90));
        Assert.Equal(new DateOnly(2026, 6, 1), Assert.Single(await host.Reminders.OpenAsync(Cancelled)).DueOn);
        host.Clock.Advance(TimeSpan.FromDays(3));
        await host.RoundAsync();
        Assert.Equal(new DateOnly(2026, 6, 1), Assert.Single(await host.Reminders.OpenAsync(Cancelled)).DueOn);
    }

    [Fact]
    public async Task Round_ByThePassingDays_RaisesOnTheDayInTheSitesZone()
    {
        host.Clock = new(new DateTimeOffset(2026, 6, 1, 15, 59, 0, TimeSpan.Zero));
        await host.StartAsync(Equipment("P-1", 10, "2026-05-23"));
        Assert.Empty(await host.Reminders.OpenAsync(Cancelled));
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await host.RoundAsync();
        Assert.Equal(new DateOnly(2026, 6, 2), Assert.Single(await host.Reminders.OpenAsync(Cancelled)).DueOn);
    }

    [Fact]
    public async Task Rounds_OfManyDays_NeverRaiseASecondReminder()
    {
        await host.StartAsync(Equipment("P-1", 10, "2026-05-01"));
        for (var day = 0; day < 40; day++)
        {
            host.Clock.Advance(TimeSpan.FromDays(1));
            await host.RoundAsync();
        }

        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Round_AfterNinetyDaysOfDowntime_RaisesOneReminderDueOnItsDay()
    {
        await host.StartAsync(Equipment("P-1", 15, "2026-05-25"));
        Assert.Empty(await host.Reminders.OpenAsync(Cancelled));
        host.Clock.Advance(TimeSpan.FromDays(90));
        await host.RestartAsync();
        Assert.Equal(new DateOnly(2026, 6, 9), Assert.Single(await host.Reminders.OpenAsync(Cancelled)).DueOn);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Rounds_AtTheSameTime_RaiseOneReminder()
    {
        await host.StartAsync(Equipment("P-0", null));
        host.Facility.Current = new([host.Site], [Equipment("P-1", 90)]);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(host.RoundAsync, Cancelled)));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Database_AskedForASecondOpenReminder_Refuses()
    {
        await host.StartAsync(Equipment("P-1", 90));
        await using var database = await host.DatabaseAsync();
        database.Reminders.Add(new() { Site = "hq", Equipment = "P-1", TaskZhCn = "x", TaskEn = "x", DueOn = default, RaisedAt = host.Clock.Now });
        await Assert.ThrowsAsync<DbUpdateException>(() => database.SaveChangesAsync(Cancelled));
    }

    [Fact]
    public async Task Equipment_ThatLeftTheModel_HasItsReminderWithdrawn()
    {
        await host.StartAsync(Equipment("P-1", 90), Equipment("P-2", 90));
        await host.RestartAsync(Equipment("P-2", 90));
        Assert.Equal("P-2", Assert.Single(await host.Reminders.OpenAsync(Cancelled)).Equipment.Equipment);
        await using var database = await host.DatabaseAsync();
        var withdrawn = await database.Reminders.SingleAsync(static r => r.State == ReminderState.Withdrawn, Cancelled);
        Assert.Equal(("P-1", host.Clock.Now), (withdrawn.Equipment, withdrawn.ClosedAt));
    }

    [Fact]
    public async Task Model_ThatSaysItWasDone_WithdrawsTheReminder()
    {
        await host.StartAsync(Equipment("P-1", 90, "2026-01-01"));
        Assert.Single(await host.Reminders.OpenAsync(Cancelled));
        await host.RestartAsync(Equipment("P-1", 90, "2026-05-31"));
        Assert.Empty(await host.Reminders.OpenAsync(Cancelled));
    }

    [Fact]
    public async Task Model_NotLoadedYet_WithdrawsNothing()
    {
        await host.StartAsync(Equipment("P-1", 90));
        host.Facility.Current = Facility.Empty;
        await host.RoundAsync();
        Assert.Single(await host.Reminders.OpenAsync(Cancelled));
    }

    [Fact]
    public async Task Completion_OfAReminder_IsWhereTheNextIntervalCountsFrom()
    {
        await host.StartAsync(Equipment("P-1", 10, "2026-01-01"));
        var id = (await host.Reminders.OpenAsync(Cancelled))[0].Id;
        host.Clock.Advance(TimeSpan.FromHours(9));
        await CompleteAsync(id);
        await host.RoundAsync();
        Assert.Empty(await host.Reminders.OpenAsync(Cancelled));

        host.Clock.Advance(TimeSpan.FromDays(9));
        await host.RestartAsync();
        Assert.Empty(await host.Reminders.OpenAsync(Cancelled));
        host.Clock.Advance(TimeSpan.FromDays(1));
        await host.RoundAsync();
        var next = Assert.Single(await host.Reminders.OpenAsync(Cancelled));
        Assert.Equal(new DateOnly(2026, 6, 12), next.DueOn);
        Assert.True(next.Id > id);

        await CompleteAsync(next.Id);
        await using var database = await host.DatabaseAsync();
        Assert.Equal(
            [new DateOnly(2026, 6, 2), new DateOnly(2026, 6, 12)],
            await database.Completions.OrderBy(static c => c.Id).Select(static c => c.DoneOn).ToListAsync(Cancelled));
    }

    [Fact]
    public async Task Job_OfTheSchedule_MakesARound()
    {
        await host.StartAsync(Equipment("P-0", null));
        host.Facility.Current = new([host.Site], [Equipment("P-1", 90)]);
        var job = host.Services.GetRequiredService<RecurringJob>();
        Assert.Equal(("preventive-maintenance", "0 0 6 * * ?"), (job.Name, job.Cron));
        await ((Quartz.IJob)host.Services.GetRequiredService(job.JobType)).Execute(null!, Cancelled);
        Assert.Single(await host.Reminders.OpenAsync(Cancelled));
    }

    private async Task CompleteAsync(long id) =>
        Assert.Equal(
            CompletionOutcome.Recorded,
            (await host.Services.GetRequiredService<ReminderBook>().CompleteAsync(id, "Li", null, Cancelled)).Outcome);

    private async Task<int> CountAsync()
    {
        await using var database = await host.DatabaseAsync();
        return await database.Reminders.CountAsync(Cancelled);
    }
}
