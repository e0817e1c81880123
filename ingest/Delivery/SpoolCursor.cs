using System.Globalization;
using System.Text;

namespace Plantroom.Ingest.Delivery;

/// <summary>
/// The file that says what is delivered, by telling what is not: after outages that can be several parts. It is replaced as a whole. When
/// it is lost or damaged everything in the spool is delivered again, which changes nothing in the store.
/// <code>
/// plantroom spool 1
/// newest 12
/// 7 102400 204800        file, from, to
/// 12 8 end               what is appended later is not delivered either
/// crc 1a2b3c4d
/// </code>
/// </summary>
/// <param name="Newest">The highest number that a file had; files with a higher one are not delivered at all.</param>
/// <param name="Open">What is not delivered of the others; by file.</param>
internal sealed record SpoolCursor(long Newest, ILookup<long, Part> Open)
{
    private const string Title = "plantroom spool 1\n";

    /// <summary>Stands for the end of a file that may grow.</summary>
    private const string TheEnd = "end";

    /// <summary>Nothing is known to be delivered.</summary>
    public static SpoolCursor None { get; } = new(0, Array.Empty<(long, Part)>().ToLookup(static p => p.Item1, static p => p.Item2));

    /// <summary>What is left to deliver of these files, and of what comes later.</summary>
    public static SpoolCursor Of(long newest, IEnumerable<SpoolSegment> segments) =>
        new(newest, segments.SelectMany(static s => Tail(s).Select(p => (s.Number, Part: p))).ToLookup(static p => p.Number, static p => p.Part));

    public string ToText()
    {
        var text = new StringBuilder(Title).Append(CultureInfo.InvariantCulture, $"newest {Newest}\n");
        foreach (var file in Open)
            foreach (var part in file)
                text.Append(CultureInfo.InvariantCulture, $"{file.Key} {part.From} ")
                    .Append(part.To == long.MaxValue ? TheEnd : part.To.ToString(CultureInfo.InvariantCulture)).Append('\n');
        return text.Append(End(text.ToString())).ToString();
    }

    /// <summary>Reads it back; null when it is damaged.</summary>
    public static SpoolCursor? Parse(string text)
    {
        var end = text.LastIndexOf("crc ", StringComparison.Ordinal);
        if (end < 0 || !text.StartsWith(Title, StringComparison.Ordinal)) return null;
        if (text[end..] != End(text[..end])) return null;
        var lines = text[Title.Length..end].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var newest = Number(lines[0].Split(' ')[1]);
        return new(newest, lines.Skip(1).Select(static l => l.Split(' ')).ToLookup(static w => Number(w[0]), static w => new Part(Number(w[1]), Number(w[2]))));
    }

    /// <summary>The last part of a file that may still grow is open.</summary>
    private static IEnumerable<Part> Tail(SpoolSegment segment)
    {
        var parts = segment.Undelivered.All;
        if (segment.IsFinished) return parts;
        return parts is [.., var last] && last.To == segment.End
            ? [.. parts.SkipLast(1), last with { To = long.MaxValue }]
            : [.. parts, new(segment.End, long.MaxValue)];
    }

    private static long Number(string word) => word == TheEnd ? long.MaxValue : long.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string End(string text) =>
        string.Create(CultureInfo.InvariantCulture, $"crc {Checksum.Of(Encoding.ASCII.GetBytes(text)):x8}\n");
}
