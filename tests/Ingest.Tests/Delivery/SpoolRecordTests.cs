using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Plantroom.Ingest.Delivery;

namespace Plantroom.Ingest.Tests.Delivery;

public sealed class SpoolRecordTests
{
    [Fact]
    public void Checksum_OfTheUsualSample_IsTheDocumentedOne() =>
        Assert.Equal(0xE3069283u, Checksum.Of("123456789"u8));

    [Fact]
    public void Checksum_OfTwoPieces_IsThatOfTheWhole() => Prop.ForAll<byte[], byte[]>(
        static (a, b) => Checksum.Of((byte[])[.. a, .. b]) == Checksum.Of(a, b)).QuickCheckThrowOnFailure();

    [Fact]
    public void Record_Written_IsReadBack() => Prop.ForAll<byte[], PositiveInt, NonNegativeInt>(static (lines, readings, arrived) =>
    {
        var record = Record([1, .. lines], readings.Get, arrived.Get);
        return SpoolRecord.TryRead(record, out var read) && read == new SpoolRecord(lines.Length + 1, readings.Get, arrived.Get) && read.Size == record.Length;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Record_WithAnyBitChanged_IsNotRead()
    {
        var record = Record(Encoding.UTF8.GetBytes("pump,equipment=P-1,site=hq speed=1 1764000000000000000\n"), 1, 1764000000000);
        for (var bit = 0; bit < record.Length * 8; bit++)
        {
            record[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(SpoolRecord.TryRead(record, out _), $"bit {bit}");
            record[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(SpoolRecord.TryRead(record, out _));
    }

    [Fact]
    public void Record_CutAnywhere_IsNotRead()
    {
        var record = Record("a b=1 1\n"u8.ToArray(), 1, 1);
        for (var length = 0; length < record.Length; length++) Assert.False(SpoolRecord.TryRead(record.AsSpan(0, length), out _));
    }

    [Fact]
    public void Find_BehindAnyBytes_FindsTheRecord() => Prop.ForAll<byte[]>(static junk =>
        SpoolRecord.Find([.. junk, .. SpoolRecord.Mark, .. Record("a b=1 1\n"u8.ToArray(), 1, 1)]) == junk.Length + 4).QuickCheckThrowOnFailure();

    [Fact]
    public void Seal_WithAnyByteChanged_IsNotRead()
    {
        var bytes = new SpoolSeal(1000, 10, 1, 2).ToBytes();
        Assert.True(SpoolSeal.TryRead(bytes, 1000 + SpoolSeal.Size, out var seal));
        Assert.Equal(new(1000, 10, 1, 2), seal);
        Assert.False(SpoolSeal.TryRead(bytes, 1001 + SpoolSeal.Size, out _));
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i]++;
            Assert.False(SpoolSeal.TryRead(bytes, 1000 + SpoolSeal.Size, out _));
            bytes[i]--;
        }
    }

    private static byte[] Record(byte[] lines, int readings, long arrived)
    {
        byte[] record = [.. new byte[SpoolRecord.HeadSize], .. lines];
        SpoolRecord.Finish(record, readings, arrived);
        return record;
    }
}
