using FsCheck;
using FsCheck.Fluent;

namespace Plantroom.Ingest.Tests;

/// <summary>
/// What every store of readings promises, whatever it is made of. A store joins by deriving and saying how readings get into it.
/// </summary>
public abstract partial class HistoryContract : IDisposable
{
    private static readonly DateTime Start = Store.Start;
    private int names;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The reading side of the store under test.</summary>
    protected abstract IHistory History { get; }

    /// <summary>How often each property is tried. Less where a write takes its time.</summary>
    protected virtual int Rounds => 100;

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
    public void Writes_DuplicatesInAnyOrder_LeaveWhatADictionaryHolds()
    {
        var write =
            from point in Gen.Choose(0, 4)
            from second in Gen.Choose(0, 30)
            from value in Gen.Choose(0, 1000)
            select (Point: point, Second: second, Value: value);
        var commits = write.ArrayOf().ArrayOf();
        Check(Prop.ForAll(commits.ToArbitrary(), written =>
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
        }));
    }

    protected static Reading At(PointId point, double seconds, double value, Quality quality = default) =>
        Store.At(point, seconds, value, quality);

    /// <summary>Stores readings in one commit; visible to questions that are asked afterwards.</summary>
    protected abstract void Write(params Reading[] readings);

    protected virtual void Dispose(bool disposing)
    {
    }

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    private static HistoryWindow Basic(HistoryWindow window) => new(window.Start, window.Count, window.Mean, window.Min, window.Max);

    private static TimeRange Range(double from, double to) => new(Start.AddSeconds(from), Start.AddSeconds(to));

    private static T Get<T>(ValueTask<T> answer) => answer.AsTask().GetAwaiter().GetResult();

    private void Check(Property property) => FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(Rounds), property);

    private PointId NewPoint() => Store.Point($"{GetType().Name}-{Guid.NewGuid():N}-{names++}");
}
