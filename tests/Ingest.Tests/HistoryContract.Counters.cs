using FsCheck;
using FsCheck.Fluent;

namespace Plantroom.Ingest.Tests;

/// <content>How far counters rose.</content>
public abstract partial class HistoryContract
{
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
    public void Counter_ResetsAtAnyTime_RisesByWhatWasCounted()
    {
        // A device counts on, and now and then starts again from zero.
        var step = Gen.Zip(Gen.Choose(0, 50), Gen.Choose(0, 9));
        Check(Prop.ForAll(step.ArrayOf().ToArbitrary(), Gen.Choose(0, 60).ToArbitrary(), Gen.Choose(0, 60).ToArbitrary(), (steps, first, length) =>
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
        }));
    }
}
