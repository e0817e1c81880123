using Microsoft.Extensions.Options;
using Plantroom.Ingest.Status;
using Plantroom.TestKit;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Ingest.Tests.Status;

/// <summary>What the state of the store says to people, on a manual clock with the default delays.</summary>
public sealed class StorageAlarmsTests : IDisposable
{
    private const long Megabyte = 1024 * 1024;
    private readonly ManualClock clock = new();
    private readonly FakeStorageStatus store = new() { Current = Fine() };
    private readonly FakeSystemAlarms alarms = new();
    private readonly StorageAlarms watch;

    public StorageAlarmsTests()
    {
        watch = new(store, alarms, Options.Create(new IngestOptions()), clock);
        watch.Look();
    }

    public void Dispose() => watch.Dispose();

    [Fact]
    public void Start_AllIsWell_ClearsOnceWhatMayBeLeftFromBefore()
    {
        Pass(60);

        Assert.Empty(alarms.Active);
        Assert.Equal(["SYS-01", "SYS-02", "SYS-03", "SYS-04"], alarms.Said.Select(static s => s.Rule).Order());
    }

    [Fact]
    public void NotKept_ForTheDelay_IsCritical_AndReturnsWhenItHasBeenOverForAWhile()
    {
        store.Current = Fine() with { NotKeeping = "the disk has only 83 MB left" };
        Pass(3);
        Assert.Empty(alarms.Active);
        Pass(1);
        var alarm = alarms.Active["SYS-01"];
        Assert.Equal((AlarmPriority.Critical, "plantroom/storage"), (alarm.Priority, alarm.Equipment.ToString()));

        store.Current = Fine();
        Pass(10);
        Assert.Contains("SYS-01", alarms.Active);
        Pass(1);
        Assert.DoesNotContain("SYS-01", alarms.Active);
    }

    [Fact]
    public void NotKept_OnAndOffAllTheTime_RaisesOnce()
    {
        for (var i = 0; i < 50; i++)
        {
            store.Current = Fine() with { NotKeeping = "locked" };
            Pass(i == 0 ? 10 : 1);
            store.Current = Fine();
            Pass(5);
        }

        Assert.Single(alarms.Said, static s => s is { Rule: "SYS-01", Alarm: not null });
        Assert.Contains("SYS-01", alarms.Active);
    }

    [Fact]
    public void NotKept_ForMomentsOnly_RaisesNothing()
    {
        for (var i = 0; i < 20; i++)
        {
            store.Current = Fine() with { NotKeeping = "locked" };
            Pass(2);
            store.Current = Fine();
            Pass(2);
        }

        Assert.DoesNotContain(alarms.Said, static s => s.Alarm is not null);
    }

    [Fact]
    public void Disk_FillsUp_FirstASoonThenAHigh_AndEachNeedsMoreThanALittleToBeWell()
    {
        var soon = Fine() with { FullAt = clock.Now.AddDays(13.5) };
        store.Current = soon;
        Pass(5);
        Assert.Equal((AlarmPriority.Medium, 13, 14), (Disk.Priority, Disk.Value, Disk.Limit));

        store.Current = soon with { FreeBytes = 999 * Megabyte };
        Pass(5);
        Assert.Equal((AlarmPriority.High, 999, 1000), (Disk.Priority, Disk.Value, Disk.Limit));

        store.Current = soon with { FreeBytes = 1050 * Megabyte };
        Pass(60);
        Assert.Equal(AlarmPriority.High, Disk.Priority);
        store.Current = soon with { FreeBytes = 1200 * Megabyte };
        Pass(15);
        Assert.Equal(AlarmPriority.Medium, Disk.Priority);
        store.Current = Fine() with { FullAt = clock.Now.AddDays(16) };
        Pass(60);
        Assert.Contains("SYS-02", alarms.Active);
        store.Current = Fine() with { FullAt = clock.Now.AddDays(17) };
        Pass(15);
        Assert.DoesNotContain("SYS-02", alarms.Active);
    }

    [Fact]
    public void Spool_OlderThanItMayBe_OrFullerThanItMayBe_IsHigh()
    {
        store.Current = Fine() with { NotDelivering = "connection refused", SpoolReadings = 5, SpoolSince = clock.Now };
        Pass(299);
        Assert.Empty(alarms.Active);
        Pass(10);
        Assert.Equal((AlarmPriority.High, 5), (alarms.Active["SYS-03"].Priority, alarms.Active["SYS-03"].Value));

        store.Current = Fine();
        Pass(15);
        Assert.Empty(alarms.Active);
        store.Current = Fine() with { SpoolBytes = 50, SpoolLimitBytes = 100, SpoolSince = clock.Now };
        Pass(5);
        Assert.Contains("SYS-03", alarms.Active);
    }

    [Fact]
    public void Refused_IsToldForAnHourAfterTheLast()
    {
        store.Current = Fine() with { Refused = 3 };
        Pass(5);
        Assert.Equal((AlarmPriority.Medium, 3), (alarms.Active["SYS-04"].Priority, alarms.Active["SYS-04"].Value));

        clock.Advance(TimeSpan.FromMinutes(59));
        store.Current = Fine() with { Refused = 4 };
        Pass(2);
        clock.Advance(TimeSpan.FromMinutes(59));
        Pass(1);
        Assert.Contains("SYS-04", alarms.Active);
        clock.Advance(TimeSpan.FromMinutes(2));
        Pass(15);
        Assert.Empty(alarms.Active);
    }

    private SystemAlarm Disk => alarms.Active["SYS-02"];

    private static StorageStatus Fine() => new() { Kind = "sqlite", Bytes = Megabyte, FreeBytes = 50_000 * Megabyte };

    private void Pass(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            watch.Look();
        }
    }
}
