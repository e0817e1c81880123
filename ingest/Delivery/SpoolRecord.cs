using System.Buffers.Binary;

namespace Plantroom.Ingest.Delivery;

/// <summary>
/// What stands in front of the lines of a record. The first bytes occur in no UTF-8 text, so that the next record is found again behind
/// damage. All numbers are little-endian.
/// <code>
///  0       4         8          12            20      24
///  | mark  | length  | readings | arrival ms  | CRC   | lines ...
///  | F5PLR | u32     | u32      | i64         | u32   | length bytes of line protocol, whole lines
///          `------ covered by the checksum ---'       `--------- and these -------'
/// </code>
/// </summary>
/// <param name="Length">How many bytes the lines have.</param>
/// <param name="Readings">How many readings they are.</param>
/// <param name="Arrived">When they came in, milliseconds since 1970 UTC.</param>
internal readonly record struct SpoolRecord(int Length, int Readings, long Arrived)
{
    /// <summary>Size of the part in front of the lines.</summary>
    public const int HeadSize = 24;

    /// <summary>No record is longer: a thousand readings with the longest names that there are.</summary>
    public const int MaxLength = 64 << 20;

    /// <summary>The end of the year 9999: later is no time.</summary>
    private const long LatestArrival = 253_402_300_799_999;

    private const int ChecksumAt = 20;

    /// <summary>How a record begins.</summary>
    public static ReadOnlySpan<byte> Mark => [0xF5, (byte)'P', (byte)'L', (byte)'R'];

    /// <summary>Size of the whole record.</summary>
    public int Size => HeadSize + Length;

    /// <summary>Fills in the head of a record whose lines stand behind it already.</summary>
    public static void Finish(Span<byte> record, int readings, long arrived)
    {
        Mark.CopyTo(record);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], record.Length - HeadSize);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], readings);
        BinaryPrimitives.WriteInt64LittleEndian(record[12..], arrived);
        BinaryPrimitives.WriteUInt32LittleEndian(record[ChecksumAt..], Checksum.Of(record[4..ChecksumAt], record[HeadSize..]));
    }

    /// <summary>Reads the head of a record; false when it cannot be one. Whether it is whole, only <see cref="IsWhole"/> knows.</summary>
    public static bool TryReadHead(ReadOnlySpan<byte> data, out SpoolRecord record)
    {
        record = default;
        if (data.Length < HeadSize || !data.StartsWith(Mark)) return false;
        record = new(
            BinaryPrimitives.ReadInt32LittleEndian(data[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(data[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(data[12..]));
        return record is { Length: > 0 and <= MaxLength, Readings: > 0, Arrived: >= 0 and <= LatestArrival };
    }

    /// <summary>Whether a whole and undamaged record with this head begins here.</summary>
    public bool IsWhole(ReadOnlySpan<byte> data) =>
        data.Length >= Size
        && BinaryPrimitives.ReadUInt32LittleEndian(data[ChecksumAt..]) == Checksum.Of(data[4..ChecksumAt], data[HeadSize..Size]);

    /// <summary>Reads a record that begins here; false when there is no whole and undamaged one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out SpoolRecord record) => TryReadHead(data, out record) && record.IsWhole(data);

    /// <summary>Where the next whole record begins; -1 when there is none.</summary>
    public static int Find(ReadOnlySpan<byte> data)
    {
        for (var at = 0; ;)
        {
            var next = data[at..].IndexOf(Mark);
            if (next < 0) return -1;
            at += next;
            if (TryRead(data[at..], out _)) return at;
            at++;
        }
    }
}
