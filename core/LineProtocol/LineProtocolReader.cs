using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Plantroom;

/// <summary>
/// Reads line protocol back to readings, see <see cref="LineProtocolWriter"/>. A line that cannot be taken is left out as a whole, with
/// the reason and the place; the others go on.
/// </summary>
/// <remarks>
/// For one thread at a time. Allocates nothing for names that it has seen before. It interns the names of points, so it is for what our
/// own processes write to each other.
/// </remarks>
public sealed class LineProtocolReader
{
    /// <summary>The longest line, in bytes.</summary>
    public const int MaxLine = 65_536;

    /// <summary>How many faults of one text are told; the others are only counted.</summary>
    public const int MaxFaults = 100;

    private readonly Utf8Comparer comparer;
    private readonly Dictionary<byte[], LineSeries>.AlternateLookup<ReadOnlySpan<byte>> known;
    private readonly int maxNames;
    private int names;

    /// <summary>Makes a reader that has seen nothing yet.</summary>
    /// <param name="maxNames">How many different series and fields are kept; lines with more are rejected. Default 1,000,000.</param>
    public LineProtocolReader(int maxNames = 1_000_000)
    {
        this.maxNames = maxNames;
        comparer = new();
        known = new Dictionary<byte[], LineSeries>(comparer).GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Reads all lines of a text. Empty lines and lines that begin with <c>#</c> are passed over.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="readings">Gets the readings, in the order of the text.</param>
    /// <param name="faults">Gets the first faults, at most <see cref="MaxFaults"/> in the list.</param>
    /// <returns>How many lines were not taken.</returns>
    public int Read(ReadOnlySpan<byte> text, List<Reading> readings, List<LineFault> faults)
    {
        ArgumentNullException.ThrowIfNull(readings);
        ArgumentNullException.ThrowIfNull(faults);
        var rejected = 0;
        for (var number = 1; !text.IsEmpty; number++)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (line is [.., (byte)'\r']) line = line[..^1];
            if (line.IsEmpty || line[0] == '#') continue;
            var before = readings.Count;
            if (ReadLine(line, readings, out var at) is not { } reason) continue;
            CollectionsMarshal.SetCount(readings, before);
            rejected++;
            if (faults.Count < MaxFaults) faults.Add(new(number, at + 1, reason));
        }

        return rejected;
    }

    private LineFaultReason? ReadLine(ReadOnlySpan<byte> line, List<Reading> readings, out int at)
    {
        at = 0;
        if (line.Length > MaxLine) return LineFaultReason.TooLong;
        var head = LineText.Find(line, (byte)' ');
        if (head < 0)
        {
            at = line.Length;
            return LineFaultReason.Fields;
        }

        if (Series(line[..head], out var series, ref at) is { } wrong) return wrong;
        var first = readings.Count;
        at = LastSpace(line, head);
        do
        {
            at++;
            if (ReadField(line, series!, first, readings, ref at) is { } reason) return reason;
        }
        while (at < line.Length && line[at] == ',');

        return ReadTime(line, CollectionsMarshal.AsSpan(readings)[first..], ref at);
    }

    private LineFaultReason? Series(ReadOnlySpan<byte> head, out LineSeries? series, ref int at)
    {
        if (known.TryGetValue(head, out series)) return null;
        if (names >= maxNames) return LineFaultReason.TooManyNames;
        series = LineSeries.Read(head, comparer, out var reason, out at);
        if (series is null) return reason;
        known[head] = series;
        names++;
        return null;
    }

    /// <summary>Reads one field; <paramref name="at"/> moves behind it, or to what is wrong.</summary>
    private LineFaultReason? ReadField(ReadOnlySpan<byte> line, LineSeries series, int first, List<Reading> readings, ref int at)
    {
        var rest = line[at..];
        var equals = LineText.Find(rest, (byte)'=');
        if (equals < 1) return LineFaultReason.Fields;
        if (!series.TryFind(rest[..equals], out var field))
        {
            if (names >= maxNames) return LineFaultReason.TooManyNames;
            if (!series.TryAdd(rest[..equals], out field)) return LineFaultReason.Name;
            names++;
        }

        at += equals + 1;
        rest = line[at..];
        if (field.IsQuality)
        {
            var quote = rest is [(byte)'"', ..] ? rest[1..].IndexOf((byte)'"') : -1;
            if (quote < 0 || !LineQuality.TryRead(rest.Slice(1, quote), out var quality)) return LineFaultReason.Quality;
            if (!Mark(CollectionsMarshal.AsSpan(readings)[first..], field.Point, quality)) return LineFaultReason.Quality;
            at += quote + 2;
            return null;
        }

        var length = rest.IndexOfAny((byte)',', (byte)' ');
        if (length < 0) length = rest.Length;
        if (!LineNumber.TryRead(rest[..length], out var value)) return LineFaultReason.Value;
        readings.Add(new(field.Point, default, value));
        at += length;
        return null;
    }

    /// <summary>Gives the point's newest value in the line its quality; false when there is none.</summary>
    private static bool Mark(Span<Reading> line, PointId point, Quality quality)
    {
        for (var i = line.Length - 1; i >= 0; i--)
        {
            if (line[i].Point != point) continue;
            line[i] = line[i] with { Quality = quality };
            return true;
        }

        return false;
    }

    /// <summary>Between the parts of a line there may be several spaces.</summary>
    private static int LastSpace(ReadOnlySpan<byte> line, int space)
    {
        while (space + 1 < line.Length && line[space + 1] == ' ') space++;
        return space;
    }

    private static LineFaultReason? ReadTime(ReadOnlySpan<byte> line, Span<Reading> readings, ref int at)
    {
        if (at >= line.Length || line[at] != ' ') return LineFaultReason.Time;
        at = LastSpace(line, at) + 1;
        line = line.TrimEnd((byte)' ');
        if (at >= line.Length || !Utf8Parser.TryParse(line[at..], out long nanoseconds, out var used)) return LineFaultReason.Time;
        if (at + used != line.Length)
        {
            at += used;
            return LineFaultReason.Time;
        }

        // Finer parts than ours are cut off, towards the past.
        var (ticks, rest) = Math.DivRem(nanoseconds, TimeSpan.NanosecondsPerTick);
        var time = DateTime.UnixEpoch.AddTicks(rest < 0 ? ticks - 1 : ticks);
        foreach (ref var reading in readings) reading = reading with { Time = time };
        return null;
    }
}
