using FsCheck;
using FsCheck.Fluent;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Tests.Sqlite.Packing;

public sealed class RollupFormatTests
{
    private static Gen<RollupWindow[]> AnyWindows =>
        from values in AnyReadings.Values
        from others in AnyReadings.Values
        from start in Gen.Choose(int.MinValue, int.MaxValue)
        from offsets in Gen.ArrayOf(Gen.Choose(0, 900_000), values.Length)
        select values.Select((v, i) =>
        {
            var (begin, other) = ((start * 1000L) + (i * 900_000L), others[i % others.Length]);
            var (first, last) = (At(begin + (offsets[i] / 2), v), At(begin + offsets[i], other));
            return new RollupWindow(begin, begin + 900_000, Summary.Of(
                offsets[i], v * 7, Math.Min(v, other), Math.Max(v, other), first, last, other * 900, v - other));
        }).ToArray();

    [Fact]
    public void Unpack_WhatWasPacked_IsTheSame()
    {
        var read = new List<RollupWindow>();

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(AnyWindows.ToArbitrary(), windows =>
        {
            read.Clear();
            RollupFormat.Unpack(RollupFormat.Pack(windows, withRise: true), read);
            Assert.Equal(windows.SelectMany(Parts), read.SelectMany(Parts));
        }));
    }

    [Fact]
    public void Unpack_WindowsOfReadings_AreTheSame()
    {
        foreach (var readings in new[] { BuildingLike.Level(9_000), BuildingLike.Energy(9_000), BuildingLike.Switch(900), BuildingLike.Noise(3_000) })
        {
            var (windows, read) = (BuildingLike.QuarterHours(readings), new List<RollupWindow>());

            RollupFormat.Unpack(RollupFormat.Pack(windows, withRise: true), read);

            Assert.Equal(windows, read);
        }
    }

    [Fact]
    public void Unpack_BehindOthers_LeavesThem()
    {
        var windows = BuildingLike.QuarterHours(BuildingLike.Level(900));
        var read = new List<RollupWindow>();

        RollupFormat.Unpack(RollupFormat.Pack(windows.AsSpan(0, 2), withRise: false), read);
        RollupFormat.Unpack(RollupFormat.Pack(windows.AsSpan(2), withRise: false), read);

        Assert.Equal(windows.Select(static w => w.Start), read.Select(static w => w.Start));
    }

    [Fact]
    public void Unpack_WithoutRise_HasAllElse()
    {
        var (windows, read) = (BuildingLike.QuarterHours(BuildingLike.Energy(2_000)), new List<RollupWindow>());

        RollupFormat.Unpack(RollupFormat.Pack(windows, withRise: false), read);

        Assert.All(read, static w => Assert.Equal(0, w.Summary.Rise));
        Assert.Equal(windows.Select(static w => (w.End, w.Summary.Last, w.Summary.Held)), read.Select(static w => (w.End, w.Summary.Last, w.Summary.Held)));
    }

    [Fact]
    public void Pack_NoWindowsOrTooMany_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RollupFormat.Pack([], withRise: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => RollupFormat.Pack(new RollupWindow[RollupFormat.MostWindows + 1], withRise: true));
    }

    private static Sample At(long time, double value) => new(StoredTime.FromMilliseconds(time), value);

    /// <summary>Bits, because -0.0 equals 0.0.</summary>
    private static IEnumerable<long> Parts(RollupWindow window)
    {
        var s = window.Summary;
        double[] values = [s.Sum, s.Min, s.Max, s.First.Value, s.Last.Value, s.Held, s.Rise];
        return [window.Start, window.End, s.Count, s.First.Time.Ticks, s.Last.Time.Ticks, .. values.Select(BitConverter.DoubleToInt64Bits)];
    }
}
