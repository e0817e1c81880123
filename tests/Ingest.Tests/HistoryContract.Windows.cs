using FsCheck;
using FsCheck.Fluent;
using Plantroom.TestKit.History;

namespace Plantroom.Ingest.Tests;

/// <content>Readings in windows of time.</content>
public abstract partial class HistoryContract
{
    [Fact]
    public async Task Windows_RangeWithinAWindow_IsAlignedButHoldsOnlyTheRange()
    {
        var point = NewPoint();
        Write(At(point, 10, 1), At(point, 20, 2), At(point, 70, 3), At(point, 130, 9));
        var windows = await History.WindowsAsync(point, Range(15, 75), WindowLength.Of(TimeSpan.FromMinutes(1)), Cancel);
        Assert.Equal([new(Start, 1, 2, 2, 2), new(Start.AddMinutes(1), 1, 3, 3, 3)], windows.Select(Basic));
    }

    [Fact]
    public async Task Windows_BadReadings_DoNotCount()
    {
        var point = NewPoint();
        Write(
            At(point, 0, 1), At(point, 1, 999, Quality.Bad(QualityReason.OutOfRange)),
            At(point, 2, 3, Quality.Uncertain(QualityReason.ClockSkew)), At(point, 60, 999, Quality.Bad(QualityReason.OutOfRange)));
        var windows = await History.WindowsAsync(point, Range(0, 3600), WindowLength.Of(TimeSpan.FromMinutes(1)), Cancel);
        Assert.Equal([new(Start, 2, 2, 1, 3)], windows.Select(Basic));
    }

    [Theory]
    [InlineData(3600, 500)]
    [InlineData(7, 500)]
    [InlineData(1, 50)]
    public async Task Windows_AnyDensity_AreThoseOfAModel(int every, int seconds)
    {
        var point = NewPoint();
        var random = new Random(every);
        var readings = Enumerable.Range(0, 4000)
            .Select(i => At(point, i * seconds / 1000.0, random.NextDouble() * 100, i % 13 == 0 ? Quality.Bad(QualityReason.OutOfRange) : default))
            .ToArray();
        Write(readings);
        var range = Range(readings.Length / 3 * seconds / 1000.0, readings.Length * seconds / 1200.0);

        var windows = await History.WindowsAsync(point, range, WindowLength.Of(TimeSpan.FromSeconds(every)), Cancel);

        var length = TimeSpan.FromSeconds(every).Ticks;
        var expected = readings
            .Where(r => r.Time >= range.From && r.Time < range.To && r.Quality.Level != QualityLevel.Bad)
            .GroupBy(r => r.Time.Ticks - ((r.Time.Ticks - DateTime.UnixEpoch.Ticks) % length), r => r.Value)
            .Select(g => new HistoryWindow(new(g.Key, DateTimeKind.Utc), g.Count(), g.Average(), g.Min(), g.Max()))
            .ToArray();
        Assert.Equal(expected.Length, windows.Count);
        Assert.All(
            expected.Zip(windows),
            p => Assert.Equal(p.First with { Mean = Math.Round(p.First.Mean, 9) }, Basic(p.Second) with { Mean = Math.Round(p.Second.Mean, 9) }));
    }

    [Fact]
    public async Task Windows_SeveralPoints_AreInTheOrderOfTheRequest()
    {
        var (a, b, silent) = (NewPoint(), NewPoint(), NewPoint());
        Write(At(a, 0, 1), At(b, 0, 2), At(a, 60, 3), At(b, 120, 4));
        foreach (var extras in (WindowExtras[])[WindowExtras.None, WindowExtras.TimeWeightedMean])
        {
            var request = new WindowRequest([b, silent, a, b], Range(0, 180), WindowLength.Of(Minutes(1))) { Extras = extras };
            var answer = await History.WindowsAsync(request, Cancel);
            Assert.Equal([b, silent, a, b], answer.Select(h => h.Point));
            Assert.Equal([2.0, 4], answer[0].Items.Where(w => w.Count > 0).Select(w => w.Mean));
            Assert.Empty(answer[1].Items);
            Assert.Equal([1.0, 3], answer[2].Items.Where(w => w.Count > 0).Select(w => w.Mean));
            Assert.Equal(answer[0].Items, answer[3].Items);
        }

        Assert.Empty(await History.WindowsAsync(new([], Range(0, 180), WindowLength.Of(Minutes(1))), Cancel));
    }

    [Fact]
    public async Task Windows_WithALimit_AreTheFirstOnesOfEachPoint()
    {
        var (a, b) = (NewPoint(), NewPoint());
        Write([.. Enumerable.Range(0, 10).SelectMany(i => (Reading[])[At(a, i * 60, i), At(b, (i + 5) * 60, i)])]);
        var request = new WindowRequest([a, b], Range(0, 3600), WindowLength.Of(Minutes(1))) { Limit = 3 };
        var answer = await History.WindowsAsync(request, Cancel);
        Assert.Equal([Start, Start.AddMinutes(1), Start.AddMinutes(2)], answer[0].Items.Select(w => w.Start));
        Assert.Equal([Start.AddMinutes(5), Start.AddMinutes(6), Start.AddMinutes(7)], answer[1].Items.Select(w => w.Start));
        var holding = await History.WindowsAsync(request with { Every = WindowLength.Of(Minutes(0.5)), Extras = WindowExtras.InState }, Cancel);
        Assert.All(holding, h => Assert.Equal(3, h.Items.Count));
        Assert.Equal([1, 0, 1], holding[1].Items.Select(w => w.Count));
    }

    [Fact]
    public async Task Windows_WithoutReadings_AreAnsweredOnlyWhenTheValueBeforeHolds()
    {
        var point = NewPoint();
        Write(At(point, -500, 4), At(point, 60, 10), At(point, 90, 4, Quality.Bad(QualityReason.OutOfRange)), At(point, 240, 1));
        var request = new WindowRequest([point], Range(0, 300), WindowLength.Of(Minutes(1)));

        Assert.Equal([1, 4], (await History.WindowsAsync(request, Cancel))[0].Items.Select(w => (w.Start - Start).TotalMinutes));

        var all = WindowExtras.TimeWeightedMean | WindowExtras.Increase | WindowExtras.InState;
        var windows = (await History.WindowsAsync(request with { Extras = all, State = 10 }, Cancel))[0].Items;
        Assert.Equal([0, 1, 2, 3, 4], windows.Select(w => (w.Start - Start).TotalMinutes));
        Assert.Equal([0, 1, 0, 0, 1], windows.Select(w => w.Count));
        Assert.Equal([4, 10, 10, 10, 1], windows.Select(w => w.TimeWeightedMean));
        Assert.Equal([6, 0, 0, 1, 0], windows.Select(w => w.Increase));
        Assert.Equal([0, 60, 60, 60, 0], windows.Select(w => w.InState!.Value.TotalSeconds));
        Assert.Equal((double.NaN, double.NaN, 0, null, null), (windows[0].Mean, windows[0].Max, windows[0].Sum, windows[0].First, windows[0].Last));
    }

    [Fact]
    public async Task Windows_OnlyAskedExtras_AreTold()
    {
        var point = NewPoint();
        Write(At(point, 0, 1), At(point, 30, 2));
        var request = new WindowRequest([point], Range(0, 60), WindowLength.Of(Minutes(1)));
        foreach (var extras in (WindowExtras[])[WindowExtras.None, WindowExtras.TimeWeightedMean, WindowExtras.Increase, WindowExtras.InState])
        {
            var window = Assert.Single((await History.WindowsAsync(request with { Extras = extras }, Cancel))[0].Items);
            Assert.Equal(extras == WindowExtras.TimeWeightedMean ? 1.5 : null, window.TimeWeightedMean);
            Assert.Equal(extras == WindowExtras.Increase ? 1 : null, window.Increase);
            Assert.Equal(extras == WindowExtras.InState ? TimeSpan.FromSeconds(30) : null, window.InState);
        }
    }

    [Fact]
    public async Task Windows_EmptyOrTurnedRange_AreNone()
    {
        var point = NewPoint();
        Write(At(point, 0, 1), At(point, 60, 2));
        foreach (var range in (TimeRange[])[Range(60, 60), Range(90, 90), Range(120, 30)])
        {
            var request = new WindowRequest([point], range, WindowLength.Of(Minutes(1))) { Extras = WindowExtras.Increase };
            Assert.Empty((await History.WindowsAsync(request, Cancel))[0].Items);
            Assert.Empty(await History.RawAsync(point, range, Cancel));
        }
    }

    [Fact]
    public void Windows_AnyReadingsAndQuestion_AreThoseOfAModel()
    {
        var reading = Gen.Zip(Gen.Choose(-40, 400), Gen.Zip(Gen.Choose(-2, 3), Gen.Choose(0, 9)));
        var question =
            from first in Gen.Choose(-50, 300)
            from length in Gen.Choose(1, 300)
            from every in Gen.Elements(1, 5, 7, 60, 900)
            from extras in Gen.Choose(0, 7)
            from limit in Gen.Elements(2, 50, int.MaxValue)
            select (Range: Range(first, first + length), Every: every, Extras: (WindowExtras)extras, Limit: limit);
        Check(Prop.ForAll(reading.ArrayOf().ToArbitrary(), question.ToArbitrary(), (readings, asked) =>
        {
            var point = NewPoint();
            var written = readings.DistinctBy(r => r.Item1)
                .Select(r => At(point, r.Item1, r.Item2.Item1, r.Item2.Item2 == 0 ? Quality.Bad(QualityReason.OutOfRange) : default)).ToArray();
            Write(written);
            var good = written.Where(r => r.Quality == default).OrderBy(r => r.Time).Select(r => new Sample(r.Time, r.Value)).ToList();
            var request = new WindowRequest([point], asked.Range, WindowLength.Of(TimeSpan.FromSeconds(asked.Every)))
            {
                Extras = asked.Extras, Limit = asked.Limit,
            };
            var expected = new WindowModel(good).Windows(request);
            var windows = Get(History.WindowsAsync(request, Cancel))[0].Items;
            Assert.Equal(expected.Select(Rounded), windows.Select(Rounded));
        }));
    }

    /// <summary>Stores may sum in different orders.</summary>
    private static HistoryWindow Rounded(HistoryWindow window) => window with
    {
        Mean = Math.Round(window.Mean, 9),
        TimeWeightedMean = window.TimeWeightedMean is { } mean ? Math.Round(mean, 9) : null,
    };
}
