using FsCheck;
using FsCheck.Fluent;

namespace Plantroom.Ingest.Tests.Sqlite.Packing;

/// <summary>Columns of times and values as devices send them, and as nobody would.</summary>
internal static class AnyReadings
{
    private static readonly double[] Extremes =
    [
        0, -0.0, 1, -1, 0.1, 0.1 + 0.2, 14.2, -273.15, 9007199254740991, 9007199254740992, 9007199254740994, -9007199254740994, 1e15, 1e22, 1e300,
        double.MaxValue, double.MinValue, double.Epsilon, -double.Epsilon, 2.2250738585072014e-308, 1.0 / 3, Math.PI, 123456789.123456, 1e-7, 1e-12,
        1e-13, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 21.3f, 0.1f, 1e30f,
    ];

    public static Gen<double[]> Values { get; } = Gen.OneOf(
        Column(Gen.Choose(int.MinValue, int.MaxValue).Select(static n => n / 1000.0)),
        Column(Gen.Choose(-50, 50).Select(static n => n / 10.0)),
        Column(Gen.Choose(-500, 500).Select(static n => (double)(n / 10f))),
        Column(Gen.Choose(0, 1).Select(static n => (double)n)),
        Column(Gen.Elements(Extremes)),
        Column(AnyBits),
        Column(Gen.Choose(0, 40).SelectMany(static n => n == 0 ? Gen.Elements(Extremes) : Gen.Constant(n / 100.0))));

    public static Gen<long[]> Times { get; } = Gen.OneOf(
        Column(Gen.Choose(0, 3)).Select(static lags => Rising(lags, static (i, lag) => 1_780_000_000_000 + (i * 5000L) + lag)),
        Column(Gen.Choose(1, 50)).Select(static steps => Rising(steps, static (i, step) => -90_000 + (i * 50_000L) + (step * 1000))),
        Column(Gen.Choose(int.MinValue, int.MaxValue)).Select(static any => Rising(any, static (i, n) => n * 4_000_000_007L)),
        Column(Gen.Elements(long.MinValue, -1, 0, 1, 999, 1000, long.MaxValue)));

    private static Gen<double> AnyBits =>
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        select BitConverter.Int64BitsToDouble(((long)high << 32) | (uint)low);

    private static Gen<T[]> Column<T>(Gen<T> of) => Gen.Sized(size => Gen.Choose(1, 1 + (size * 8)).SelectMany(n => Gen.ArrayOf(of, n)));

    private static long[] Rising(int[] from, Func<int, int, long> time) => [.. from.Select((n, i) => time(i, n)).Order()];
}
