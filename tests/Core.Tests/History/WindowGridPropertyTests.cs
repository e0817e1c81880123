using FsCheck;
using FsCheck.Fluent;

namespace Plantroom.Core.Tests;

public sealed class WindowGridPropertyTests
{
    private static readonly string[] Lengths =
        ["1ms", "13s", "1min", "15min", "30min", "40min", "1h", "90min", "2h", "3h", "7h", "12h", "24h", "36h", "1d", "3d", "1w", "2w", "1mo", "5mo", "1y"];

    private static readonly TimeZoneInfo[] Zones = [.. TimeZoneInfo.GetSystemTimeZones()];

    /// <summary>Any moment, half of them within two days of a change of the clocks.</summary>
    private static Gen<(TimeZoneInfo Zone, DateTime Moment)> ZoneAndMoment =>
        from zone in Gen.Elements(Zones)
        from day in Gen.OneOf(Gen.Choose(0, 3_652_058), Gen.Choose(657_000, 750_000))
        from millisecond in Gen.Choose(0, 86_399_999)
        from near in Gen.Choose(-2 * 1440, 2 * 1440)
        from isNear in Gen.Elements(true, false)
        let moment = DateTime.SpecifyKind(DateTime.MinValue.AddDays(day).AddMilliseconds(millisecond), DateTimeKind.Utc)
        select (zone, isNear && NextChange(zone, moment) is { } change ? change.AddMinutes(near) : moment);

    private static Gen<WindowLength> Length => Gen.Elements(Lengths).Select(static text => WindowLength.TryParse(text, out var length) ? length : default);

    [Fact]
    public void Grid_AnyMoment_LiesInItsWindow() => Check((zone, moment, length) =>
    {
        var grid = new WindowGrid(length, zone);
        var start = grid.StartOf(moment);
        var next = grid.Next(start);
        Assert.True(start <= moment && moment < next, $"{start:O} {next:O}");
        Assert.Equal(next, grid.Next(moment));
        Assert.Equal(start, grid.StartOf(start));
        if (next < DateTime.MaxValue) Assert.Equal(next, grid.StartOf(next));
        if (start > DateTime.MinValue) Assert.Equal(start, grid.Next(start.AddTicks(-1)));
    });

    [Fact]
    public void Grid_WalkedThrough_AgreesWithOneAskedAnywhere() => Check((zone, moment, length) =>
    {
        var walked = new WindowGrid(length, zone);
        var at = walked.StartOf(moment);
        for (var i = 0; i < 200 && at < DateTime.MaxValue; i++)
        {
            var next = walked.Next(at);
            Assert.True(next > at);
            if (i % 50 == 0 && next < DateTime.MaxValue) Assert.Equal(next, new WindowGrid(length, zone).StartOf(next));
            at = next;
        }
    });

    [Fact]
    public void Grid_LengthThatDividesADay_DividesEveryDay() => Check((zone, moment, length) =>
    {
        if (length.IsCalendar || TimeSpan.TicksPerDay % length.Usual.Ticks != 0) return;
        var midnight = new WindowGrid(new(1, WindowUnit.Day), zone).StartOf(moment);
        Assert.Equal(midnight, new WindowGrid(length, zone).StartOf(midnight));
    });

    [Fact]
    public void Grid_DaysWeeksAndMonths_BeginWithTheLocalDate() => Check((zone, moment, length) =>
    {
        if (!length.IsCalendar || moment.Year is < 3 or > 9997) return;
        var start = new WindowGrid(length, zone).StartOf(moment);
        var first = Local(zone, start);
        var justBefore = Local(zone, start.AddTicks(-1));

        // Where clocks were set back over midnight, a new day had already been shown.
        Assert.True(first.Date > justBefore.Date, $"{justBefore:O} {first:O}");
        if (first.TimeOfDay != TimeSpan.Zero) Assert.True((first - justBefore).Ticks > 1, "midnight was left out");
        else if (length.Unit == WindowUnit.Week) Assert.Equal(DayOfWeek.Monday, first.DayOfWeek);
        else if (length.Unit is WindowUnit.Month or WindowUnit.Year) Assert.Equal(1, first.Day);
    });

    [Fact]
    public void Grid_AwayFromChanges_FollowsTheLocalClock() => Check((zone, moment, length) =>
    {
        if (length.IsCalendar || TimeSpan.TicksPerDay % length.Usual.Ticks != 0 || moment.Year is < 3 or > 9997) return;
        if (zone.GetUtcOffset(moment.AddDays(-1)) != zone.GetUtcOffset(moment.AddDays(1))) return;
        var grid = new WindowGrid(length, zone);
        Assert.Equal(0, Local(zone, grid.StartOf(moment)).TimeOfDay.Ticks % length.Usual.Ticks);
        Assert.Equal(length.Usual, grid.Next(moment) - grid.StartOf(moment));
    });

    [Fact]
    public void Grid_AskedByManyThreads_AnswersAll()
    {
        var grid = new WindowGrid(new(15, WindowUnit.Minute), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        var start = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        Parallel.For(0, 8, thread =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 20_000; i++)
            {
                var moment = start.AddSeconds(random.Next(1_000_000_000));
                Assert.Equal(new DateTime(moment.Ticks - (moment.Ticks % (15 * TimeSpan.TicksPerMinute))), grid.StartOf(moment));
            }
        });
    }

    private static void Check(Action<TimeZoneInfo, DateTime, WindowLength> property) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3_000),
        Prop.ForAll(ZoneAndMoment.ToArbitrary(), Length.ToArbitrary(), (at, length) => property(at.Zone, at.Moment, length)));

    private static DateTime Local(TimeZoneInfo zone, DateTime utc) => DateTime.SpecifyKind(utc + zone.GetUtcOffset(utc), DateTimeKind.Unspecified);

    /// <summary>When the clocks are changed within the two years after a moment, to the minute.</summary>
    private static DateTime? NextChange(TimeZoneInfo zone, DateTime moment)
    {
        if (moment.Year > 9990) return null;
        var offset = zone.GetUtcOffset(moment);
        var days = Enumerable.Range(0, 730).FirstOrDefault(d => zone.GetUtcOffset(moment.AddDays(d + 1)) != offset, -1);
        return days < 0 ? null : moment.AddDays(days);
    }
}
