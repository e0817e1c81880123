using FsCheck;
using FsCheck.Fluent;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Tests.Sqlite.Packing;

public sealed class ChunkFormatTests
{
    [Fact]
    public void Unpack_WhatWasPacked_IsTheSameBits()
    {
        var buffer = new ChunkBuffer();
        var readings = (
            from values in AnyReadings.Values
            from times in AnyReadings.Times
            from qualities in Gen.ArrayOf(Gen.Frequency((9, Gen.Constant(0)), (1, Gen.Choose(0, 255))), Math.Min(values.Length, times.Length))
            select (times, values, qualities: qualities.Select(static q => (byte)q).ToArray())).ToArbitrary();

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(readings, r =>
        {
            var count = r.qualities.Length;
            AssertSame(r.times.AsSpan(0, count), r.values.AsSpan(0, count), r.qualities, buffer);
        }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(ChunkFormat.MostReadings)]
    public void Unpack_AnyNumberOfReadings_IsTheSame(int count)
    {
        var random = new Random(count);
        var times = Enumerable.Range(0, count).Select(i => 1_780_000_000_000 + (i * 15_000L) + random.Next(3)).ToArray();
        var values = times.Select(_ => Math.Round(random.NextDouble() * 300, 3)).ToArray();
        var qualities = times.Select(static (_, i) => (byte)(i % 1000 == 7 ? 0x81 : 0)).ToArray();

        AssertSame(times, values, qualities, new());
    }

    [Fact]
    public void Unpack_IntoALargerBuffer_KeepsTheRoom()
    {
        var buffer = new ChunkBuffer();
        buffer.Reserve(100);
        var times = buffer.Times;

        ChunkFormat.Unpack(ChunkFormat.Pack([1, 2], [3, 4], [0, 0]), buffer);

        Assert.Equal(2, buffer.Count);
        Assert.Same(times, buffer.Times);
    }

    [Fact]
    public void Unpack_Again_AllocatesNothing()
    {
        var buffer = new ChunkBuffer();
        var packed = Enumerable.Range(0, 10).Select(static seed => BuildingLike.Chunk(BuildingLike.Level(4096, seed))).ToArray();
        foreach (var chunk in packed) ChunkFormat.Unpack(chunk, buffer);
        var before = GC.GetAllocatedBytesForCurrentThread();

        foreach (var chunk in packed) ChunkFormat.Unpack(chunk, buffer);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Pack_NoReadingsOrTooMany_IsRefused()
    {
        var most = ChunkFormat.MostReadings + 1;

        Assert.Throws<ArgumentOutOfRangeException>(() => ChunkFormat.Pack([], [], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => ChunkFormat.Pack(new long[most], new double[most], new byte[most]));
    }

    private static void AssertSame(ReadOnlySpan<long> times, ReadOnlySpan<double> values, ReadOnlySpan<byte> qualities, ChunkBuffer buffer)
    {
        ChunkFormat.Unpack(ChunkFormat.Pack(times, values, qualities), buffer);

        Assert.Equal(times.Length, buffer.Count);
        Assert.Equal(times, buffer.Times.AsSpan(0, buffer.Count));
        Assert.Equal(Bits(values), Bits(buffer.Values.AsSpan(0, buffer.Count)));
        Assert.Equal(qualities, buffer.Qualities.AsSpan(0, buffer.Count));
    }

    private static ReadOnlySpan<long> Bits(ReadOnlySpan<double> values) => System.Runtime.InteropServices.MemoryMarshal.Cast<double, long>(values);
}
