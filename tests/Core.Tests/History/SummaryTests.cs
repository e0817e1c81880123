using FsCheck;
using FsCheck.Fluent;

namespace Plantroom.Core.Tests;

public sealed class SummaryTests
{
    private static readonly DateTime Start = new(2026, 6, 1, 8, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Summary_OfPartsAppended_IsThatOfTheWhole()
    {
        var values = Gen.Choose(-5, 5).Select(static v => (double)v).NonEmptyListOf();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1_000),
            Prop.ForAll(values.ToArbitrary(), Gen.Choose(0, 100).ToArbitrary(), Gen.Choose(0, 100).ToArbitrary(), (all, one, other) =>
            {
                var (first, second) = (Math.Min(one, other) % (all.Count + 1), Math.Max(one, other) % (all.Count + 1));
                var (from, to) = (Math.Min(first, second), Math.Max(first, second));
                var joined = Of([.. all], 0, from);
                joined.Append(Of([.. all], from, to));
                joined.Append(Of([.. all], to, all.Count));
                Assert.Equal(Of([.. all], 0, all.Count), joined);

                var steps = all.Zip(all.Skip(1)).ToList();
                Assert.Equal((all.Count, all.Sum(), all.Min(), all.Max()), (joined.Count, joined.Sum, joined.Min, joined.Max));
                Assert.Equal((new Sample(Start, all[0]), new Sample(Start.AddSeconds(all.Count - 1), all[^1])), (joined.First, joined.Last));
                Assert.Equal(steps.Sum(s => s.First * 1000), joined.Held);
                Assert.Equal(steps.Sum(s => s.Second >= s.First ? s.Second - s.First : s.Second), joined.Rise);
            }));
    }

    [Fact]
    public void Sum_SmallBesideLarge_LosesNothing()
    {
        var summary = Of([1e16, 1, 1, -1e16, 0.5], 0, 5);
        Assert.Equal(2.5, summary.Sum);
        summary.Append(Of([1e16, 3, -1e16], 0, 3));
        Assert.Equal(5.5, summary.Sum);
    }

    [Fact]
    public void Sum_LargerThanAnyNumber_IsInfinite()
    {
        Assert.Equal(double.PositiveInfinity, Of([double.MaxValue, double.MaxValue, 1], 0, 3).Sum);
        Assert.Equal(double.NegativeInfinity, Of([double.MinValue, double.MinValue, 1], 0, 3).Sum);
    }

    [Fact]
    public void Summary_Stored_IsTheSame()
    {
        var summary = Of([3, 1, 2], 0, 3);
        var stored = Summary.Of(summary.Count, summary.Sum, summary.Min, summary.Max, summary.First, summary.Last, summary.Held, summary.Rise);
        Assert.Equal(summary, stored);
    }

    private static Summary Of(List<double> values, int from, int to)
    {
        var summary = default(Summary);
        for (var i = from; i < to; i++) summary.Add(Start.AddSeconds(i), values[i]);
        return summary;
    }
}
