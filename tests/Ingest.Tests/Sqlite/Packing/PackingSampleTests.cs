using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Tests.Sqlite.Packing;

/// <summary>What is stored today is read for years: these bytes must never mean anything else.</summary>
public sealed class PackingSampleTests
{
    [Theory]
    [InlineData("history-chunk.txt")]
    [InlineData("history-chunk-coded.txt")]
    [InlineData("history-chunk-exceptions.txt")]
    public void Chunk_OfTheSample_IsThoseBytesAndIsReadFromThem(string name)
    {
        var (sample, buffer) = (new SampleFile(name), new ChunkBuffer());
        foreach (var row in sample.Rows) buffer.Add(SampleFile.Whole(row[0]), SampleFile.Number(row[1]), (byte)SampleFile.Whole(row[2]));
        var read = new ChunkBuffer();

        Assert.Equal(Convert.ToHexString(sample.Packed), Convert.ToHexString(BuildingLike.Chunk(buffer)));
        ChunkFormat.Unpack(sample.Packed, read);

        Assert.Equal(buffer.Times.AsSpan(0, buffer.Count), read.Times.AsSpan(0, read.Count));
        Assert.Equal(buffer.Values.AsSpan(0, buffer.Count), read.Values.AsSpan(0, read.Count));
        Assert.Equal(buffer.Qualities.AsSpan(0, buffer.Count), read.Qualities.AsSpan(0, read.Count));
    }

    [Fact]
    public void Rollup_OfTheSample_IsThoseBytesAndIsReadFromThem()
    {
        var (sample, read) = (new SampleFile("history-rollup.txt"), new List<RollupWindow>());
        var windows = sample.Rows.Select(WindowOf).ToArray();

        Assert.Equal(Convert.ToHexString(sample.Packed), Convert.ToHexString(RollupFormat.Pack(windows, withRise: true)));
        RollupFormat.Unpack(sample.Packed, read);

        Assert.Equal(windows, read);
    }

    [Theory]
    [InlineData("history-chunk.txt")]
    [InlineData("history-chunk-coded.txt")]
    public void Document_ExplainsTheBytesOfTheSample(string name)
    {
        Assert.Contains(new SampleFile(name).Hex, SampleFile.Document, StringComparison.Ordinal);
    }

    private static RollupWindow WindowOf(string[] row)
    {
        var (whole, number) = (row[..3].Select(SampleFile.Whole).ToArray(), row[3..].Select(SampleFile.Number).ToArray());
        var (first, last) = (StoredTime.FromMilliseconds((long)number[3]), StoredTime.FromMilliseconds((long)number[5]));
        return new(whole[0], whole[1], Summary.Of(
            whole[2], number[0], number[1], number[2], new(first, number[4]), new(last, number[6]), number[7], number[8]));
    }
}
