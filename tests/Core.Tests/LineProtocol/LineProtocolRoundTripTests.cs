using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Core.Tests;

public sealed class LineProtocolRoundTripTests
{
    private static readonly string[] Odd =
    [
        "a", "Z9", "é", "水泵", "😀", "\"", "'", "\\", ",", "=", "time", "site", "quality", ".", "-", "%2F", "a\\,b", "$",
    ];

    private static readonly double[] Extremes =
    [
        0, -0.0, 1, -1, 0.1, 0.1 + 0.2, 14.2, -273.15, 1e15, 9007199254740991, 9007199254740992, 9007199254740993, -9007199254740993, 1e22, 1e23,
        double.MaxValue, double.MinValue, double.Epsilon, -double.Epsilon, 2.2250738585072014e-308, 1.0 / 3, Math.PI, 123456789.123456, 1e-7,
    ];

    private static Gen<Reading> AnyReading =>
        from site in Name
        from equipment in Name
        from point in Name
        from ticks in Gen.Choose(int.MinValue, int.MaxValue).Select(static n => n * 4_000_000_007L % 90_000_000_000_000_000L)
        from value in Gen.OneOf(Gen.Elements(Extremes), Gen.Choose(int.MinValue, int.MaxValue).Select(static n => n / 1000.0), AnyBits)
        from quality in Gen.Choose(0, 255).Select(static b => b < 128 ? default : Quality.FromByte((byte)b))
        select new Reading(new EquipmentId(site, equipment).Point(point), DateTime.UnixEpoch.AddTicks(ticks), value, quality);

    private static Gen<string> Name =>
        Gen.NonEmptyListOf(Gen.Elements(Odd)).Select(static parts => string.Concat(parts.Take(8)));

    private static Gen<double> AnyBits =>
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        let value = BitConverter.Int64BitsToDouble(((long)high << 32) | (uint)low)
        select double.IsFinite(value) ? value : 1;

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        var writer = new LineProtocolWriter();
        var reader = new LineProtocolReader();
        var readings = Gen.ListOf(AnyReading).Select(static r => r.ToArray()).ToArbitrary();

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(readings, written => AssertSame(written, writer, reader)));
    }

    [Fact]
    public void Read_ExtremeValues_AreTheSameBits()
    {
        var point = PointId.Intern("hq/SP-1/level");
        var written = Extremes.Select((value, i) => new Reading(point, DateTime.UnixEpoch.AddTicks(i), value)).ToArray();

        AssertSame(written, new(), new());
    }

    [Fact]
    public void Read_PointsOfOneEquipmentAtOneTime_AreTheSameAlsoWhenAPointComesTwice()
    {
        var time = new DateTime(2026, 6, 1, 8, 0, 0, DateTimeKind.Utc);
        var equipment = new EquipmentId("hq", "P-101");
        Reading[] written =
        [
            new(equipment.Point("a"), time, 1), new(equipment.Point("b"), time, 2, Quality.Bad(QualityReason.OutOfRange)),
            new(equipment.Point("a"), time, 3), new(equipment.Point("c"), time.AddTicks(1), 4),
        ];

        var text = AssertSame(written, new(), new());

        Assert.Equal(3, text.Count(static c => c == '\n'));
    }

    [Fact]
    public void WriteAndRead_NamesSeenBefore_AllocateNothing()
    {
        var written = Enumerable.Range(0, 1_000)
            .Select(static i => new Reading(
                PointId.Intern($"hq/E-{i / 4}/p{i % 4}"), DateTime.UnixEpoch.AddDays(20_000), i / 7.0 * 1e-3,
                i % 9 == 0 ? Quality.Bad(QualityReason.OutOfRange) : default))
            .ToArray();
        var (writer, reader, output) = (new LineProtocolWriter(), new LineProtocolReader(), new ArrayBufferWriter<byte>(1 << 20));
        var (readings, faults) = (new List<Reading>(2_000), new List<LineFault>());

        // The first round makes the names known, the others let the compiler finish.
        for (var round = 0; round < 200; round++) Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++) Round();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(written, readings);

        void Round()
        {
            output.ResetWrittenCount();
            readings.Clear();
            writer.Write(written, output);
            reader.Read(output.WrittenSpan, readings, faults);
        }
    }

    [Fact]
    public void Write_ModelChanges_NamesTheNewClass()
    {
        var source = new FakeFacilitySource(Facility.Empty);
        var writer = new LineProtocolWriter(source);
        Reading[] reading = [new(PointId.Intern("hq/SP-1/level"), DateTime.UnixEpoch, 1)];
        Assert.StartsWith("equipment,equipment=SP-1,site=hq level=1 ", Text(writer, reading));

        source.Change(new([], [LineProtocolWriterTests.Sump("B1")]));

        Assert.StartsWith("sump,building=B1,equipment=SP-1,site=hq level=1 ", Text(writer, reading));
    }

    private static string AssertSame(Reading[] written, LineProtocolWriter writer, LineProtocolReader reader)
    {
        var output = new ArrayBufferWriter<byte>();
        writer.Write(written, output);
        var (readings, faults) = (new List<Reading>(), new List<LineFault>());

        Assert.Equal(0, reader.Read(output.WrittenSpan, readings, faults));

        var text = System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.True(written.SequenceEqual(readings), text);
        Assert.Equal(Bits(written), Bits(readings)); // also the sign of a zero
        Assert.All(readings, static r => Assert.Equal(DateTimeKind.Utc, r.Time.Kind));
        return text;
    }

    private static IEnumerable<long> Bits(IEnumerable<Reading> readings) => readings.Select(static r => BitConverter.DoubleToInt64Bits(r.Value));

    private static string Text(LineProtocolWriter writer, Reading[] readings) => LineProtocolWriterTests.Text(writer, readings);
}
