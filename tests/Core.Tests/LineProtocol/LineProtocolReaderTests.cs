using System.Buffers;
using System.Text;

namespace Plantroom.Core.Tests;

public sealed class LineProtocolReaderTests
{
    private const string Head = "sump,equipment=SP-1,site=hq ";

    [Theory]
    [InlineData("sump", 5, LineFaultReason.Fields)]
    [InlineData(Head + "level 1", 29, LineFaultReason.Fields)]
    [InlineData(Head + "level=1,", 37, LineFaultReason.Fields)]
    [InlineData("sump,equipment=SP-1 level=1 1", 6, LineFaultReason.Tags)]
    [InlineData("sump,equipment,site=hq level=1 1", 6, LineFaultReason.Tags)]
    [InlineData("sump,equipment=SP-1,site= level=1 1", 21, LineFaultReason.Tags)]
    [InlineData("sump,equipment=a/b,site=hq level=1 1", 20, LineFaultReason.Name)]
    [InlineData(Head + "a/b=1 1", 29, LineFaultReason.Name)]
    [InlineData(Head + @"a\ b=1 1", 29, LineFaultReason.Name)]
    [InlineData(Head + "level= 1", 35, LineFaultReason.Value)]
    [InlineData(Head + "level=1.2.3 1", 35, LineFaultReason.Value)]
    [InlineData(Head + "level=NaN 1", 35, LineFaultReason.Value)]
    [InlineData(Head + "level=1e999 1", 35, LineFaultReason.Value)]
    [InlineData(Head + "level=\"high\" 1", 35, LineFaultReason.Value)]
    [InlineData(Head + "level=12ii 1", 35, LineFaultReason.Value)]
    [InlineData(Head + "level/quality=\"bad\",level=1 1", 43, LineFaultReason.Quality)]
    [InlineData(Head + "level=1,level/quality=\"worse\" 1", 51, LineFaultReason.Quality)]
    [InlineData(Head + "level=1,level/quality=\"bad 1", 51, LineFaultReason.Quality)]
    [InlineData(Head + "level=1", 36, LineFaultReason.Time)]
    [InlineData(Head + "level=1 ", 37, LineFaultReason.Time)]
    [InlineData(Head + "level=1   ", 39, LineFaultReason.Time)]
    [InlineData(Head + "level=1 12 3", 39, LineFaultReason.Time)]
    [InlineData(Head + "  ", 31, LineFaultReason.Fields)]
    [InlineData(Head + "level=1, flow=2 1", 37, LineFaultReason.Name)]
    [InlineData(Head + "level=1 12x", 39, LineFaultReason.Time)]
    [InlineData(Head + "level=1 99999999999999999999", 37, LineFaultReason.Time)]
    public void Read_BadLineBetweenGoodOnes_IsToldAndTheOthersGoOn(string bad, int column, LineFaultReason reason)
    {
        var (rejected, readings, faults) = Read(Encoding.UTF8.GetBytes($"{Head}level=1 100\n{bad}\n{Head}level=3 300"));

        Assert.Equal(1, rejected);
        Assert.Equal([new LineFault(2, column, reason)], faults);
        Assert.Equal([1, 3], readings.Select(static r => r.Value));
        Assert.Equal($"line 2, byte {column}: {reason}", faults[0].ToString());
    }

    [Fact]
    public void Read_WhatOthersWrite_IsTaken()
    {
        var (rejected, readings, _) = Read(
            "# comment\n\r\nany,site=hq,room=7,equipment=X on=t,off=FALSE,count=42i,big=18446744073709551615u,v=+1.5e2,w=.5 -1\r\n"u8);

        Assert.Equal(0, rejected);
        Assert.Equal([1, 0, 42, 18446744073709551615.0, 150, 0.5], readings.Select(static r => r.Value));
        Assert.All(readings, static r => Assert.Equal(DateTime.UnixEpoch.AddTicks(-1), r.Time)); // cut off towards the past
        Assert.Equal("hq/X/on", readings[0].Point.ToString());
    }

    [Theory]
    [InlineData("sump,equipment=SP-1,site=hq   level=1 100")]
    [InlineData("sump,equipment=SP-1,site=hq level=1    100")]
    [InlineData("sump,equipment=SP-1,site=hq level=1 100  ")]
    public void Read_SeveralSpacesBetweenParts_AreOne(string line)
    {
        var (rejected, readings, _) = Read(Encoding.UTF8.GetBytes(line));
        Assert.Equal(0, rejected);
        Assert.Equal([new Reading(PointId.Intern("hq/SP-1/level"), DateTime.UnixEpoch.AddTicks(1), 1)], readings);
    }

    [Theory]
    [InlineData(@"a\,b", "a,b")]
    [InlineData(@"a\=b", "a=b")]
    [InlineData(@"a\b", @"a\b")]
    [InlineData(@"a\\b", @"a\\b")]
    [InlineData(@"a\\,b", @"a\,b")]
    [InlineData(@"a\""b", @"a\""b")]
    [InlineData(@"\,\=", ",=")]
    [InlineData(@"a\/", @"a\")]
    public void Read_EscapesInEveryName_AreTakenBack(string raw, string name)
    {
        var (rejected, readings, _) = Read(Encoding.UTF8.GetBytes($"m,equipment={raw},site={raw} {raw}=1 100"));
        Assert.Equal(0, rejected);
        Assert.Equal($"{name}/{name}/{name}", Assert.Single(readings).Point.ToString());
    }

    [Fact]
    public void Read_NotUtf8_IsRejected() => Assert.Equal(1, Read([.. "m,equipment="u8, 0xFF, .. ",site=hq a=1 1"u8]).Rejected);

    [Fact]
    public void Read_LineTooLong_IsRejected()
    {
        var line = Encoding.UTF8.GetBytes(Head + string.Join(',', Enumerable.Range(0, 20_000).Select(static i => $"a{i}=1")) + " 1");

        Assert.Equal([new LineFault(1, 1, LineFaultReason.TooLong)], Read(line).Faults);
    }

    [Fact]
    public void Read_MoreNamesThanAreKept_IsRejectedAndTheKnownOnesGoOn()
    {
        var reader = new LineProtocolReader(maxNames: 3);
        var (readings, faults) = (new List<Reading>(), new List<LineFault>());

        var rejected = reader.Read(
            "m,equipment=X,site=hq a=1,b=2 1\nm,equipment=X,site=hq c=1 1\nm,equipment=Y,site=hq a=1 1\nm,equipment=X,site=hq b=5 1"u8,
            readings,
            faults);

        Assert.Equal(2, rejected);
        Assert.Equal([(2, LineFaultReason.TooManyNames), (3, LineFaultReason.TooManyNames)], faults.Select(static f => (f.Line, f.Reason)));
        Assert.Equal([1, 2, 5], readings.Select(static r => r.Value));
    }

    [Fact]
    public void Read_ManyFaults_CountsAllAndTellsTheFirst()
    {
        var (rejected, _, faults) = Read(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("x\n", 1_000))));

        Assert.Equal((1_000, LineProtocolReader.MaxFaults), (rejected, faults.Count));
    }

    [Fact]
    public void Read_MutatedText_NeverThrowsAndCountsEveryLine()
    {
        var random = new Random(4711);
        var output = new ArrayBufferWriter<byte>();
        var readingsOfAll = Enumerable.Range(0, 12).Select(static i => new Reading(
            PointId.Intern($"hq/E-{i % 3}/p{i}"), DateTime.UnixEpoch.AddTicks(i), i * 1.1, Quality.FromByte((byte)(i * 20))));
        new LineProtocolWriter().Write(readingsOfAll.ToArray(), output);
        var good = output.WrittenSpan.ToArray();
        var reader = new LineProtocolReader(maxNames: 5_000);
        byte[] telling = [.. "\\,= \"\n#/-.eiut0\0"u8, 0xFF];
        var (readings, faults, rejectedSome) = (new List<Reading>(), new List<LineFault>(), 0);

        for (var round = 0; round < 100_000; round++)
        {
            var text = good.AsSpan(0, random.Next(good.Length) + 1).ToArray();
            for (var i = random.Next(6); i >= 0; i--) text[random.Next(text.Length)] = telling[random.Next(telling.Length)];
            readings.Clear();
            faults.Clear();
            var rejected = reader.Read(text, readings, faults);
            if (rejected > 0) rejectedSome++;
            Assert.Equal(Math.Min(rejected, LineProtocolReader.MaxFaults), faults.Count);
            Assert.All(readings, static r => Assert.True(double.IsFinite(r.Value) && r.Point != default && r.Time != default));
        }

        Assert.InRange(rejectedSome, 50_000, 100_000);
    }

    private static (int Rejected, List<Reading> Readings, List<LineFault> Faults) Read(ReadOnlySpan<byte> text)
    {
        var (readings, faults) = (new List<Reading>(), new List<LineFault>());
        return (new LineProtocolReader().Read(text, readings, faults), readings, faults);
    }
}
