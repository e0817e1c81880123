using System.Buffers;
using System.Buffers.Text;

namespace Plantroom;

/// <summary>
/// Writes readings as InfluxDB line protocol:
/// <code>
/// sump,building=B1,equipment=SP-1,site=hq level=1.25,flow=0,flow/quality="bad outOfRange" 1764000000000000000
/// </code>
/// The measurement is the class of the equipment, the fields are its points. Neighbours of the same equipment and time share a line. A
/// quality is written when it is not good.
/// </summary>
/// <remarks>May be used from several threads, with corrections from one. Allocates nothing for points that it has seen before.</remarks>
/// <param name="facility">Gives class and building; without it the measurement is <c>equipment</c>.</param>
/// <param name="corrections">
/// Whether a good quality is written, too, where a reading may replace one that was not good, in a store that would keep the old quality:
/// for readings that are not newer than all before of their point, and for the first one. Default false.
/// </param>
public sealed class LineProtocolWriter(IFacilitySource? facility = null, bool corrections = false)
{
    /// <summary>The earliest and the latest time that fit into nanoseconds: years 1677 and 2262.</summary>
    private const long MaxTicks = long.MaxValue / TimeSpan.NanosecondsPerTick;

    private const int MaxTime = 22;

    /// <summary>How many fields share a line: a repeated point is looked for among them.</summary>
    private const int MaxFields = 64;

    private volatile PointLines lines = new(Facility.Empty);

    /// <summary>The newest time of each point, in ticks; 0 where none was written yet.</summary>
    private long[] newest = [];

    /// <summary>Writes readings, each line with its end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is not finite, or a time is before 1677 or after 2262.</exception>
    public void Write(ReadOnlySpan<Reading> readings, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (readings.IsEmpty) return;
        var names = Names();
        var start = 0;
        byte[]? head = null;
        for (var i = 0; i < readings.Length; i++)
        {
            ref readonly var reading = ref readings[i];
            var line = names.Of(reading.Point);
            var target = output.GetSpan(MaxTime + line.Head.Length + line.Key.Length + LineNumber.MaxLength + line.QualityKey.Length + 32);
            var length = 0;
            if (ReferenceEquals(head, line.Head) && Joins(readings[start..i], reading))
            {
                target[length++] = (byte)',';
            }
            else
            {
                if (head is not null) length = WriteTime(readings[start].Time, target);
                length += Copy(line.Head, target[length..]);
                (start, head) = (i, line.Head);
            }

            output.Advance(length + WriteField(reading, line, corrections && MayCorrect(reading), target[length..]));
        }

        output.Advance(WriteTime(readings[start].Time, output.GetSpan(MaxTime)));
    }

    private PointLines Names()
    {
        var names = lines;
        return facility is null || ReferenceEquals(names.Facility, facility.Current) ? names : lines = new(facility.Current);
    }

    private bool MayCorrect(in Reading reading)
    {
        var index = reading.Point.Index;
        if (index >= newest.Length) Array.Resize(ref newest, Math.Max(index + 1, newest.Length * 2));
        var (before, time) = (newest[index], reading.Time.Ticks);
        if (time > before) newest[index] = time;
        return before == 0 || time <= before;
    }

    private static bool Joins(ReadOnlySpan<Reading> line, in Reading reading)
    {
        if (line[0].Time != reading.Time || line.Length == MaxFields) return false;
        foreach (ref readonly var other in line)
            if (other.Point == reading.Point)
                return false;
        return true;
    }

    private static int WriteField(in Reading reading, PointLines.Line line, bool corrects, Span<byte> target)
    {
        if (!double.IsFinite(reading.Value)) throw new ArgumentOutOfRangeException(nameof(reading), $"{reading.Point} is {reading.Value}.");
        var length = Copy(line.Key, target);
        length += LineNumber.Write(reading.Value, target[length..]);
        if (reading.Quality == default && !corrects) return length;
        length += Copy(line.QualityKey, target[length..]);
        return length + Copy(LineQuality.Write(reading.Quality), target[length..]);
    }

    private static int WriteTime(DateTime time, Span<byte> target)
    {
        var ticks = time.Ticks - DateTime.UnixEpoch.Ticks;
        if (ticks is > MaxTicks or < -MaxTicks) throw new ArgumentOutOfRangeException(nameof(time), $"{time:O} does not fit into nanoseconds.");
        target[0] = (byte)' ';
        Utf8Formatter.TryFormat(ticks * TimeSpan.NanosecondsPerTick, target[1..], out var written);
        target[written + 1] = (byte)'\n';
        return written + 2;
    }

    private static int Copy(ReadOnlySpan<byte> source, Span<byte> target)
    {
        source.CopyTo(target);
        return source.Length;
    }
}
