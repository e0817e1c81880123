using FsCheck;
using FsCheck.Fluent;

namespace Plantroom.Ingest.Tests;

/// <summary>
/// What every store of readings promises, whatever it is made of. A store joins by deriving and saying how readings get into it.
/// </summary>
public abstract class HistoryContract : IDisposable
{
    private static readonly DateTime Start = Store.Start;
    private int names;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The reading side of the store under test.</summary>
    protected abstract IHistory History { get; }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Last_PointsWithAndWithoutReadings_AnswersTheNewestOfEachThatHasOne()
    {
        var (a, b, silent) = (NewPoint(), NewPoint(), NewPoint());
        Write(At(a, 0, 1), At(b, 5, 2), At(a, 10, 3));
        Write(At(a, 4, 4, Quality.Bad(QualityReason.OutOfRange)));

        var last = await History.LastAsync([a, b, silent], Cancel);

        Assert.Equal([At(a, 10, 3), At(b, 5, 2)], last.OrderBy(r => r.Point.Index));
        Assert.All(last, r => Assert.Equal(DateTimeKind.Utc, r.Time.Kind));
    }

    [Fact]
    public async Task Last_NewestReplaced_AnswersTheReplacement()
    {
        var point = NewPoint();
        Write(At(point, 0, 1));
        Write(At(point, 0, 2, Quality.Uncertain(QualityReason.ClockSkew)));
        Assert.Equal([At(point, 0, 2, Quality.Uncertain(QualityReason.ClockSkew))], await History.LastAsync([point], Cancel));
    }

    [Fact]
    public async Task Last_NoPoints_AnswersNothing() => Assert.Empty(await History.LastAsync([], Cancel));

    [Fact]
    public async Task Raw_Range_IncludesItsStartAndExcludesItsEnd()
    {
        var point = NewPoint();
        Write([.. Enumerable.Range(0, 10).Select(i => At(point, i, i))]);
        var readings = await History.RawAsync(point, Range(3, 6), Cancel);
        Assert.Equal([At(point, 3, 3), At(point, 4, 4), At(point, 5, 5)], readings);
    }

    [Fact]
    public async Task Raw_RangeBetweenMilliseconds_HoldsWhatLiesInIt()
    {
        var point = NewPoint();
        Write(At(point, 0, 1), At(point, 0.001, 2), At(point, 0.002, 3));
        var range = new TimeRange(Start.AddTicks(1), Start.AddTicks(TimeSpan.TicksPerMillisecond + 1));
        Assert.Equal([At(point, 0.001, 2)], await History.RawAsync(point, range, Cancel));
    }

    [Fact]
    public async Task Raw_QualityAndExtremeValues_AreKeptExactly()
    {
        var point = NewPoint();
        Reading[] written =
        [
            At(point, 0, 0.1 + 0.2, Quality.Uncertain(QualityReason.ClockSkew)), At(point, 1, double.MaxValue),
            At(point, 2, double.Epsilon), At(point, 3, -273.15, Quality.Bad(QualityReason.OutOfRange)), At(point, 4, 9007199254740993),
        ];
        Write(written);
        Assert.Equal(written, await History.RawAsync(point, Range(0, 10), Cancel));
    }

    [Fact]
    public async Task Raw_UnknownPoint_AnswersNothing()
    {
        Write(At(NewPoint(), 0, 1));
        Assert.Empty(await History.RawAsync(NewPoint(), Range(0, 10), Cancel));
    }

    [Fact]
    public async Task Raw_BeforeNineteenSeventy_IsStoredLikeAnyOther()
    {
        var point = NewPoint();
        var early = new Reading(point, new DateTime(1969, 12, 31, 23, 59, 59, 500, DateTimeKind.Utc), 7);
        Write(early);
        var range = new TimeRange(early.Time, early.Time.AddSeconds(1));
        Assert.Equal([early], await History.RawAsync(point, range, Cancel));
        var window = Assert.Single(await History.WindowsAsync(point, range, WindowLength.Of(TimeSpan.FromSeconds(1)), Cancel));
        Assert.Equal(new DateTime(1969, 12, 31, 23, 59, 59, DateTimeKind.Utc), window.Start);
    }

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
    public async Task Counter_ReadingAtTheStart_IsWhereItRisesFrom()
    {
        var point = NewPoint();
        Write(At(point, 0, 100), At(point, 60, 110), At(point, 120, 125), At(point, 180, 200));
        Assert.Equal(90, await History.CounterIncreaseAsync(point, Range(60, 180), Cancel));
        Assert.Equal(100, await History.CounterIncreaseAsync(point, Range(30, 180), Cancel));
        Assert.Equal(15, await History.CounterIncreaseAsync(point, Range(60, 179.999), Cancel));
    }

    [Fact]
    public async Task Counter_NeighbouringRanges_AddUp()
    {
        var point = NewPoint();
        Write(At(point, 0, 100), At(point, 60, 110), At(point, 120, 125), At(point, 180, 5));
        var parts = new[] { Range(0, 60), Range(60, 120), Range(120, 180) };
        var sum = 0.0;
        foreach (var part in parts) sum += await History.CounterIncreaseAsync(point, part, Cancel) ?? 0;
        Assert.Equal(10 + 15 + 5, sum);
        Assert.Equal(sum, await History.CounterIncreaseAsync(point, Range(0, 180), Cancel));
    }

    [Fact]
    public async Task Counter_Fall_CountsTheNewReadingAsTheRise()
    {
        var point = NewPoint();
        Write(At(point, 0, 990), At(point, 60, 998), At(point, 120, 3), At(point, 180, 5));
        Assert.Equal(8 + 3 + 2, await History.CounterIncreaseAsync(point, Range(0, 600), Cancel));
    }

    [Fact]
    public async Task Counter_BadReadings_AreLeftOut()
    {
        var point = NewPoint();
        Write(
            At(point, 0, 10), At(point, 10, 0, Quality.Bad(QualityReason.OutOfRange)), At(point, 20, 12),
            At(point, 30, 1e9, Quality.Bad(QualityReason.OutOfRange)), At(point, 40, 13));
        Assert.Equal(3, await History.CounterIncreaseAsync(point, Range(0, 60), Cancel));
        Assert.Equal(3, await History.CounterIncreaseAsync(point, Range(15, 60), Cancel));
    }

    [Fact]
    public async Task Counter_UncertainReadings_Count()
    {
        var point = NewPoint();
        var skewed = Quality.Uncertain(QualityReason.ClockSkew);
        Write(At(point, 0, 10, skewed), At(point, 20, 12), At(point, 40, 15, skewed));
        Assert.Equal(5, await History.CounterIncreaseAsync(point, Range(0, 60), Cancel));
    }

    [Fact]
    public async Task Counter_NothingToTellItFrom_IsNull()
    {
        var (later, bad) = (NewPoint(), NewPoint());
        Write(At(later, 100, 1), At(bad, 1, 1, Quality.Bad(QualityReason.OutOfRange)));
        Assert.Null(await History.CounterIncreaseAsync(later, Range(0, 60), Cancel));
        Assert.Null(await History.CounterIncreaseAsync(bad, Range(0, 60), Cancel));
        Assert.Null(await History.CounterIncreaseAsync(NewPoint(), Range(0, 60), Cancel));
        Assert.Equal(0, await History.CounterIncreaseAsync(later, Range(200, 300), Cancel));
    }

    [Fact]
    public async Task EveryQuestion_CancelledBefore_IsNotAnswered()
    {
        var point = NewPoint();
        Write(At(point, 0, 1));
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await History.RawAsync(point, Range(0, 60), cancelled));
    }

    [Fact]
    public void Writes_DuplicatesInAnyOrder_LeaveWhatADictionaryHolds()
    {
        var write =
            from point in Gen.Choose(0, 4)
            from second in Gen.Choose(0, 30)
            from value in Gen.Choose(0, 1000)
            select (Point: point, Second: second, Value: value);
        var commits = write.ArrayOf().ArrayOf();
        Prop.ForAll(commits.ToArbitrary(), written =>
        {
            var points = Enumerable.Range(0, 5).Select(_ => NewPoint()).ToArray();
            var model = new Dictionary<(int, int), double>();
            foreach (var commit in written)
            {
                foreach (var w in commit) model[(w.Point, w.Second)] = w.Value;
                Write([.. commit.Select(w => At(points[w.Point], w.Second, w.Value))]);
            }

            for (var i = 0; i < points.Length; i++)
            {
                var expected = model.Where(m => m.Key.Item1 == i).OrderBy(m => m.Key.Item2)
                    .Select(m => At(points[i], m.Key.Item2, m.Value)).ToList();
                Assert.Equal(expected, Get(History.RawAsync(points[i], Range(0, 60), Cancel)));
                Assert.Equal(expected.TakeLast(1), Get(History.LastAsync([points[i]], Cancel)));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Counter_ResetsAtAnyTime_RisesByWhatWasCounted()
    {
        // A device counts on, and now and then starts again from zero.
        var step = Gen.Zip(Gen.Choose(0, 50), Gen.Choose(0, 9));
        Prop.ForAll(step.ArrayOf().ToArbitrary(), Gen.Choose(0, 60).ToArbitrary(), Gen.Choose(0, 60).ToArbitrary(), (steps, first, length) =>
        {
            var point = NewPoint();
            var shown = new List<(int Second, double Value)>();
            double counter = 500;
            foreach (var (rise, dice) in steps)
            {
                counter = dice == 0 ? rise : counter + rise;
                shown.Add((shown.Count, counter));
            }

            Write([.. shown.Select(s => At(point, s.Second, s.Value))]);
            var from = shown.LastOrDefault(s => s.Second <= first, (Second: -1, Value: double.NaN));
            var seen = shown.Where(s => s.Second >= first && s.Second <= first + length).Select(s => s.Value).ToList();
            if (from.Second >= 0) seen.Insert(0, from.Value);
            double? expected = seen.Count == 0 ? null : seen.Zip(seen.Skip(1), (a, b) => b >= a ? b - a : b).Sum();

            Assert.Equal(expected, Get(History.CounterIncreaseAsync(point, Range(first, first + length), Cancel)));
        }).QuickCheckThrowOnFailure();
    }

    protected static Reading At(PointId point, double seconds, double value, Quality quality = default) =>
        Store.At(point, seconds, value, quality);

    /// <summary>Stores readings in one commit; visible to questions that are asked afterwards.</summary>
    protected abstract void Write(params Reading[] readings);

    protected virtual void Dispose(bool disposing)
    {
    }

    private static HistoryWindow Basic(HistoryWindow window) => new(window.Start, window.Count, window.Mean, window.Min, window.Max);

    private static TimeRange Range(double from, double to) => new(Start.AddSeconds(from), Start.AddSeconds(to));

    private static T Get<T>(ValueTask<T> answer) => answer.AsTask().GetAwaiter().GetResult();

    private PointId NewPoint() => Store.Point($"{GetType().Name}-{Guid.NewGuid():N}-{names++}");
}
