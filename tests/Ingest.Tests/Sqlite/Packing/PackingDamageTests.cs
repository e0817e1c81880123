using System.Buffers.Binary;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Tests.Sqlite.Packing;

public sealed class PackingDamageTests
{
    private static readonly byte[][] Chunks =
    [
        BuildingLike.Chunk(BuildingLike.Level(300)), BuildingLike.Chunk(BuildingLike.Steady(40)), BuildingLike.Chunk(BuildingLike.Noise(30)),
        ChunkFormat.Pack([1, 2, 3], [0.1, double.PositiveInfinity, 0.3], [0, 0x81, 0]),
    ];

    private static readonly byte[][] Rollups =
    [
        RollupFormat.Pack(BuildingLike.QuarterHours(BuildingLike.Energy(3000)), withRise: true),
        RollupFormat.Pack(BuildingLike.QuarterHours(BuildingLike.Noise(900)), withRise: false),
    ];

    [Fact]
    public void Unpack_AnyBitChanged_IsRefused()
    {
        foreach (var (packed, unpack) in Blocks())
        {
            for (var bit = 0; bit < packed.Length * 8; bit++)
            {
                packed[bit >> 3] ^= (byte)(1 << (bit & 7));
                Assert.Throws<InvalidDataException>(() => unpack(packed));
                packed[bit >> 3] ^= (byte)(1 << (bit & 7));
            }
        }
    }

    [Fact]
    public void Unpack_CutOff_IsRefused()
    {
        foreach (var (packed, unpack) in Blocks())
            for (var length = 0; length < packed.Length; length++)
                Assert.Throws<InvalidDataException>(() => unpack(packed[..length]));
    }

    [Fact]
    public void Unpack_RandomBytes_IsRefused()
    {
        var random = new Random(1);
        foreach (var (_, unpack) in Blocks())
        {
            for (var i = 0; i < 2_000; i++)
            {
                var bytes = new byte[random.Next(200)];
                random.NextBytes(bytes);
                Assert.Throws<InvalidDataException>(() => unpack(bytes));
            }
        }
    }

    /// <summary>What the checksum lets pass once in four thousand million times must not do harm either.</summary>
    [Fact]
    public void Unpack_ChangedUnderAValidChecksum_IsRefusedOrReadButNothingElse()
    {
        var (random, refused) = (new Random(2), 0);
        foreach (var (packed, unpack) in Blocks())
        {
            for (var i = 0; i < 5_000; i++)
            {
                var bytes = packed[..^(4 + (i % 3 == 0 ? random.Next(packed.Length - 8) : 0))];
                for (var n = random.Next(1, 8); n > 0; n--) bytes[random.Next(1, bytes.Length)] = (byte)random.Next(256);
                refused += Survives(unpack, Sealed(bytes)) ? 0 : 1;
            }
        }

        Assert.True(refused > 1_000);
    }

    [Fact]
    public void Unpack_AnotherVersion_SaysSo()
    {
        var packed = Chunks[0][..^4];
        packed[0] = 9;

        var problem = Assert.Throws<InvalidDataException>(() => ChunkFormat.Unpack(Sealed(packed), new()));

        Assert.Contains("version 9", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unpack_ManyReadingsThatTheBlockDoesNotHave_AllocatesNoMoreThanTheMost()
    {
        byte[] hugeCount = [1, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0];

        Assert.Throws<InvalidDataException>(() => ChunkFormat.Unpack(Sealed(hugeCount), new()));
        Assert.Throws<InvalidDataException>(() => RollupFormat.Unpack(Sealed(hugeCount), []));
    }

    [Fact]
    public void Unpack_DamagedRollup_AddsNoWindows()
    {
        var read = new List<RollupWindow>();
        var packed = Rollups[0].ToArray();
        packed[40] ^= 4;

        Assert.Throws<InvalidDataException>(() => RollupFormat.Unpack(packed, read));

        Assert.Empty(read);
    }

    [Fact]
    public void Checksum_OfTheCheckString_IsThatOfCastagnoli() => Assert.Equal(0xE3069283, Checksum.Of("123456789"u8));

    private static IEnumerable<(byte[] Packed, Action<byte[]> Unpack)> Blocks()
    {
        var (buffer, windows) = (new ChunkBuffer(), new List<RollupWindow>());
        foreach (var chunk in Chunks) yield return (chunk.ToArray(), packed => ChunkFormat.Unpack(packed, buffer));
        foreach (var rollup in Rollups)
        {
            yield return (rollup.ToArray(), packed =>
            {
                windows.Clear();
                RollupFormat.Unpack(packed, windows);
            });
        }
    }

    private static bool Survives(Action<byte[]> unpack, byte[] packed)
    {
        try
        {
            unpack(packed);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static byte[] Sealed(byte[] bytes)
    {
        byte[] packed = [.. bytes, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32LittleEndian(packed.AsSpan(bytes.Length), Checksum.Of(bytes));
        return packed;
    }
}
