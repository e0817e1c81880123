using FsCheck;
using FsCheck.Fluent;
using Plantroom.Energy.Consumption;
using Plantroom.Energy.Meters;

namespace Plantroom.Energy.Tests.Meters;

public sealed class MeterReaderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 60, 10.0)] // on the boundaries at both ends
    [InlineData(30, 90, 10.0)] // from the reading before
    [InlineData(60, 120, 5.0)]
    [InlineData(60, 61, null)] // nothing sent
    [InlineData(-60, -1, null)] // before the first
    [InlineData(-60, 0, 0.0)] // the first one alone
    [InlineData(120, 180, 0.0)] // sent, and nothing counted
    [InlineData(180, 240, 7.0)] // reset
    public async Task KilowattHours_Range_IsFromTheReadingAtItsStartToTheOneAtItsEnd(int from, int to, double? expected)
    {
        var model = new Model("reader").Meter("M-1").Reads("M-1", (0, 100), (60, 110), (120, 115), (180, 115), (240, 7));
        Assert.Equal(expected, await CountAsync(model, "reader/M-1/energy", from, to));
    }

    [Fact]
    public async Task KilowattHours_BadReadings_AreNoData()
    {
        var model = new Model("reader").Meter("M-2").Reads("M-2", (0, 100));
        model.History.Add(new Reading(
            PointId.Intern("reader/M-2/energy"), Model.Start.AddMinutes(30), 900, Quality.Bad(QualityReason.OutOfRange)));
        Assert.Null(await CountAsync(model, "reader/M-2/energy", 0, 60));
    }

    [Fact]
    public async Task KilowattHours_EndOfTheCalendar_IsARangeLikeAnyOther()
    {
        var model = new Model("reader").Meter("M-3").Reads("M-3", (0, 100), (1, 101));
        var meter = new Meter(new("reader", "M-3"), LocalizedText.Same("x"), new(PointId.Intern("reader/M-3/energy"), 1), null);
        var range = new TimeRange(Model.Start, DateTime.MaxValue);
        Assert.Equal(1, await new MeterReader(model.History).KilowattHoursAsync(meter, range, Cancel));
    }

    [Fact]
    public void KilowattHours_AnyCounterInAnyWindows_AddUpToTheWholeRange()
    {
        // A counter that rises by chance, is reset now and then, and is read at any minutes, on boundaries too.
        var read = Gen.Zip(Gen.Choose(0, 40), Gen.Zip(Gen.Choose(0, 500), Gen.Choose(0, 9)));
        var question =
            from reads in read.ListOf()
            from start in Gen.Choose(-100, 400)
            from length in Gen.Choose(1, 3000)
            from every in Gen.Elements("5min", "30min", "1h", "1d")
            select (reads, start, length, every);
        var names = 0;
        Prop.ForAll(question.ToArbitrary(), q =>
        {
            var id = $"S-{names++}";
            var model = new Model("sum").Meter(id);
            var (minute, counter, everything) = (0, 1000.0, new List<(double, double)>());
            foreach (var (gap, (rise, dice)) in q.reads)
            {
                minute += gap;
                counter = dice == 0 ? rise / 10.0 : counter + (rise / 10.0);
                everything.Add((minute, counter));
            }

            model.Reads(id, [.. everything]);
            var meter = new Meter(new("sum", id), LocalizedText.Same(id), new(PointId.Intern($"sum/{id}/energy"), 1), null);
            var range = new TimeRange(Model.Start.AddMinutes(q.start), Model.Start.AddMinutes(q.start + q.length));
            Assert.True(EnergyWindows.TryParse(q.every, out var every));
            var reader = new MeterReader(model.History);

            var parts = EnergyWindows.Cut(range, every, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"))
                .Select(w => Get(reader.KilowattHoursAsync(meter, w, Cancel))).ToList();
            var whole = Get(reader.KilowattHoursAsync(meter, range, Cancel));

            Assert.All(parts, p => Assert.True(p is null or >= 0));
            Assert.Equal(whole is null, parts.All(p => p is null));
            Assert.Equal(whole ?? 0, parts.Sum(p => p ?? 0), 6);
        }).QuickCheckThrowOnFailure();
    }

    private static ValueTask<double?> CountAsync(Model model, string point, int from, int to)
    {
        var id = PointId.Intern(point);
        var meter = new Meter(id.Equipment, LocalizedText.Same(point), new(id, 1), null);
        var range = new TimeRange(Model.Start.AddMinutes(from), Model.Start.AddMinutes(to));
        return new MeterReader(model.History).KilowattHoursAsync(meter, range, Cancel);
    }

    private static double? Get(ValueTask<double?> answer) => answer.AsTask().GetAwaiter().GetResult();
}
