using FsCheck;
using FsCheck.Fluent;
using Plantroom.TestKit.History;

namespace Plantroom.Core.Tests;

public sealed class WindowBuilderTests
{
    private const WindowExtras All = WindowExtras.TimeWeightedMean | WindowExtras.Increase | WindowExtras.InState;
    private static readonly DateTime Start = new(2026, 3, 27, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Small whole values, so that all sums are exact; quarter hours over a week in which clocks are changed, so that many lie on boundaries.</summary>
    private static Gen<Sample[]> Readings =>
        from steps in Gen.Zip(Gen.Choose(1, 40), Gen.Choose(-2, 4)).ArrayOf()
        from offset in Gen.Elements(0, 0, 1)
        select steps.Aggregate(
            new List<Sample>(),
            (all, step) => [.. all, new((all.Count == 0 ? Start : all[^1].Time).AddMinutes(step.Item1 * 15).AddMilliseconds(all.Count == 0 ? offset : 0), step.Item2)])
            .ToArray();

    private static Gen<WindowRequest> Request =>
        from first in Gen.Choose(-100, 400)
        from length in Gen.Choose(1, 500)
        from every in Gen.Elements("5min", "15min", "1h", "2h", "7h", "24h", "1d", "1w", "1mo")
        from zone in Gen.Elements("UTC", "Europe/Berlin", "Asia/Kolkata", "America/Sao_Paulo")
        from extras in Gen.Choose(0, 7)
        from limit in Gen.Elements(1, 3, int.MaxValue, int.MaxValue)
        select new WindowRequest([], new(Start.AddMinutes(first * 15), Start.AddMinutes((first + length) * 15)), Length(every))
        {
            Zone = TimeZoneInfo.FindSystemTimeZoneById(zone), Extras = (WindowExtras)extras, State = 1, Limit = limit,
        };

    [Fact]
    public void Windows_OfAnyReadings_AreThoseOfTheModel() => Check((readings, request, _) =>
        Assert.Equal(new WindowModel(readings).Windows(request), Build(readings, request)));

    [Fact]
    public void Windows_OfReadingsInStretches_AreThoseOfTheModel() => Check((readings, request, seed) =>
        Assert.Equal(new WindowModel(readings).Windows(request), Build(readings, request, new Random(seed))));

    [Fact]
    public void Increases_OfAllWindows_AreThatOfTheRange() => Check((readings, request, seed) =>
    {
        var windows = Build(readings, request with { Extras = WindowExtras.Increase, Limit = int.MaxValue }, new Random(seed));
        var known = readings.Where(r => r.Time < request.Range.To).ToList();
        Assert.Equal(known.Count == 0, windows.Count == 0);
        if (known.Count > 0) Assert.Equal(new WindowModel(readings).Increase(request.Range), windows.Sum(w => w.Increase!.Value));
    });

    [Fact]
    public void Windows_WithExtras_FollowEachOtherWithoutGaps() => Check((readings, request, _) =>
    {
        var windows = Build(readings, request with { Extras = All, Limit = int.MaxValue });
        Assert.All(windows.Zip(windows.Skip(1)), w => Assert.Equal(w.First.End, w.Second.Start));
        if (windows.Count > 0) Assert.InRange(request.Range.To, windows[^1].Start.AddTicks(1), windows[^1].End);
    });

    [Fact]
    public void Windows_FineGridOverALongGap_SkipWhatIsNotAnswered()
    {
        // One by one these would be eight million million windows.
        var (first, last) = (new DateTime(1800, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2050, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var request = new WindowRequest([], new(DateTime.MinValue, DateTime.MaxValue), Length("1ms"));
        var builder = new WindowBuilder(request, new(request.Every, request.Zone), null);
        builder.Add(first, 1);
        builder.Add(last, 2);
        Assert.Equal([first, last], builder.End().Select(w => w.Start));

        var holding = request with { Extras = All, Limit = 3 };
        builder = new(holding, new(request.Every, request.Zone), null);
        builder.Add(first, 1);
        builder.Add(last, 2);
        Assert.Equal([first, first.AddMilliseconds(1), first.AddMilliseconds(2)], builder.End().Select(w => w.Start));
    }

    [Theory]
    [InlineData(100_000, 100_000, int.MaxValue)]
    [InlineData(1_000, 1_000_000_000, int.MaxValue)]
    [InlineData(5_000, 5_000, 1_234)]
    public void Windows_Many_AreAllThere(int count, int range, int limit)
    {
        var request = new WindowRequest([], new(Start, Start.AddSeconds(range)), Length("1s")) { Limit = limit };
        var builder = new WindowBuilder(request, new(request.Every, request.Zone), null);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < count; i++) builder.Add(Start.AddSeconds(i), i);
        var windows = builder.End();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000_000);
        Assert.Equal(Enumerable.Range(0, Math.Min(count, limit)).Select(i => (double)i), windows.Select(w => w.Mean));
    }

    [Fact]
    public void Windows_ExactlyFull_TakeNoMore()
    {
        var request = new WindowRequest([], new(Start, Start.AddHours(10)), Length("1h")) { Limit = 2 };
        var builder = new WindowBuilder(request, new(request.Every, request.Zone), null);
        for (var i = 0; i < 2; i++) builder.Add(Start.AddHours(i), i);
        Assert.False(builder.IsFull);
        Assert.Equal(Start.AddHours(2), builder.WindowEnd);
        for (var i = 2; i < 9; i++) builder.Add(Start.AddHours(i), i);
        Assert.True(builder.IsFull);
        Assert.Equal([0, 1], builder.End(new(Start.AddHours(10), 9)).Select(w => w.Mean));
        Assert.Empty(new WindowBuilder(request with { Limit = 0 }, new(request.Every, request.Zone), new(Start, 1)).End());
    }

    [Fact]
    public void Windows_OnlyTheValueBefore_HoldOverTheWholeRange()
    {
        var request = new WindowRequest([], new(Start.AddMinutes(30), Start.AddMinutes(150)), Length("1h")) { Extras = All };
        var windows = new WindowBuilder(request, new(request.Every, request.Zone), new(Start, 1)).End(new(Start.AddMinutes(150), 4));
        Assert.Equal([Start, Start.AddHours(1), Start.AddHours(2)], windows.Select(w => w.Start));
        Assert.All(windows, w => Assert.Equal((0, 1), (w.Count, w.TimeWeightedMean)));
        Assert.Equal([0, 0, 3], windows.Select(w => w.Increase));
        Assert.Equal([30, 60, 30], windows.Select(w => w.InState!.Value.TotalMinutes));
    }

    private static List<HistoryWindow> Build(Sample[] readings, WindowRequest request, Random? random = null)
    {
        var (range, grid) = (request.Range, new WindowGrid(request.Every, request.Zone));
        var earlier = readings.Where(r => r.Time < range.From).ToList();
        var builder = new WindowBuilder(request, grid, earlier.Count > 0 ? earlier[^1] : null);
        var within = readings.Where(r => r.Time >= range.From && r.Time < range.To).ToList();
        for (var i = 0; i < within.Count && !builder.IsFull;)
        {
            // Some singly, some as stretches that end anywhere in their window.
            var length = random is null || random.Next(3) == 0 ? 0 : random.Next(1, 6);
            var end = grid.Next(within[i].Time);
            var stretch = within.Skip(i).Take(Math.Max(1, length)).TakeWhile(r => r.Time < end).ToList();
            if (length == 0) builder.Add(within[i].Time, within[i].Value);
            else builder.Add(Summarize(stretch), InState(stretch, request.State));
            i += stretch.Count;
        }

        var at = readings.Where(r => r.Time == range.To).ToList();
        return [.. builder.End(at.Count > 0 ? at[0] : null)];
    }

    private static Summary Summarize(List<Sample> stretch)
    {
        var summary = default(Summary);
        foreach (var (time, value) in stretch) summary.Add(time, value);
        return summary;
    }

    private static double InState(List<Sample> stretch, double state) =>
        stretch.Zip(stretch.Skip(1)).Where(p => p.First.Value == state).Sum(p => (p.Second.Time - p.First.Time).TotalMilliseconds);

    private static WindowLength Length(string text) => WindowLength.TryParse(text, out var length) ? length : default;

    private static void Check(Action<Sample[], WindowRequest, int> property) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll(Readings.ToArbitrary(), Request.ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), property));
}
