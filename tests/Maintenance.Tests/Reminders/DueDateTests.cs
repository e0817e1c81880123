using FsCheck;
using FsCheck.Fluent;
using Plantroom.Maintenance.Reminders;

namespace Plantroom.Maintenance.Tests.Reminders;

public sealed class DueDateTests
{
    private static readonly DateOnly Today = new(2026, 6, 1);

    [Theory]
    [InlineData("2026-03-01", null, "2026-05-30")]
    [InlineData("2026-03-01", "2026-04-01", "2026-06-30")]
    [InlineData("2026-04-01", "2026-03-01", "2026-06-30")]
    [InlineData(null, "2026-04-01", "2026-06-30")]
    [InlineData(null, null, "2026-06-01")]
    public void Of_TheLaterOfModelAndCompletion_IsOneIntervalOn(string? lastDone, string? completed, string due) =>
        Assert.Equal(Day(due), DueDate.Of(new(TimeSpan.FromDays(90), Day(lastDone), LocalizedText.Same("x")), Day(completed), Today));

    [Theory]
    [InlineData("2026-06-01T15:59:59Z", "Asia/Shanghai", "2026-06-01")]
    [InlineData("2026-06-01T16:00:00Z", "Asia/Shanghai", "2026-06-02")]
    [InlineData("2026-06-01T03:00:00Z", "America/New_York", "2026-05-31")]
    public void Today_AtASite_IsTheDayOfItsZone(string utc, string zone, string day) =>
        Assert.Equal(Day(day), DueDate.Today(DateTime.Parse(utc, null, System.Globalization.DateTimeStyles.AdjustToUniversal), TimeZoneInfo.FindSystemTimeZoneById(zone)));

    [Fact]
    public void Of_ALaterCompletion_IsNeverDueEarlier() =>
        Prop.ForAll<byte, byte, byte>((last, first, later) =>
        {
            var plan = new MaintenanceInterval(TimeSpan.FromDays(30), Today.AddDays(-last), LocalizedText.Same("x"));
            return DueDate.Of(plan, Today.AddDays(-first), Today) <= DueDate.Of(plan, Today.AddDays(later - first), Today);
        }).QuickCheckThrowOnFailure();

    private static DateOnly? Day(string? text) => text is null ? null : DateOnly.Parse(text, null);
}
