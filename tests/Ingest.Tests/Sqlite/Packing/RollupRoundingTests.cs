using FsCheck;
using FsCheck.Fluent;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Tests.Sqlite.Packing;

public sealed class RollupRoundingTests
{
    [Fact]
    public void Rounded_DecimalsWithNoise_AreDecimals()
    {
        var summary = Of([0.1, 0.2, 0.3]);

        var rounded = RollupRounding.Rounded(summary);

        Assert.NotEqual(0.6, 0.1 + 0.2 + 0.3);
        Assert.Equal(0.6, rounded.Sum);
        Assert.Equal(300, rounded.Held);
        Assert.Equal(0.2, rounded.Rise);
    }

    [Fact]
    public void Rounded_AnyReadings_StaysWithinTheErrorOfAddingUpAndIsStable()
    {
        var values = Gen.OneOf(
            Gen.Choose(int.MinValue, int.MaxValue).Select(static n => n / 1000.0).NonEmptyListOf(),
            Gen.Choose(0, int.MaxValue).Select(static n => 1e6 + (n / 7.0)).NonEmptyListOf(),
            Gen.Choose(-99, 99).Select(static n => n / 10.0).NonEmptyListOf()).ToArbitrary();

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(values, list =>
        {
            var summary = Of(list);
            var rounded = RollupRounding.Rounded(summary);
            var (largest, span) = (list.Max(Math.Abs), 1000.0 * (list.Count - 1));

            Assert.Equal(rounded, RollupRounding.Rounded(rounded));
            Assert.InRange(Math.Abs(rounded.Sum - summary.Sum), 0, 1e-12 * largest * list.Count);
            Assert.InRange(Math.Abs(rounded.Held - summary.Held), 0, 1e-12 * largest * span);
            Assert.InRange(Math.Abs(rounded.Rise - summary.Rise), 0, 1e-12 * largest);
            Assert.Equal((summary.Count, summary.Min, summary.Max, summary.First, summary.Last), (rounded.Count, rounded.Min, rounded.Max, rounded.First, rounded.Last));
        }));
    }

    [Theory]
    [InlineData(double.MaxValue)]
    [InlineData(double.Epsilon)]
    [InlineData(1e300)]
    public void Rounded_Extremes_Stay(double value)
    {
        var summary = Of([value]);

        Assert.Equal(summary.Max, RollupRounding.Rounded(summary).Sum);
    }

    private static Summary Of(List<double> values)
    {
        var summary = new Summary();
        for (var i = 0; i < values.Count; i++) summary.Add(StoredTime.FromMilliseconds(i * 1000), values[i]);
        return summary;
    }
}
