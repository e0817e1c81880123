using System.Globalization;
using System.Text;

namespace Plantroom.Ingest.Delivery;

/// <summary>
/// Keeps the lines that the store refused, with its reason, in files that people can read, mend and import: line protocol, the reasons as
/// comments.
/// <code>
/// # 2026-06-01T08:00:00Z field type conflict: input field "level" on measurement "sump" is type float, already exists as type string
/// sump,building=B1,equipment=SP-1,site=hq level=1.25 1764000000000000000
/// </code>
/// </summary>
/// <param name="path">The folder.</param>
internal sealed class RefusedFolder(string path)
{
    /// <summary>All files together: 64 MB.</summary>
    private const long MaxBytes = 64 << 20;

    private readonly AsideFolder folder = new(path, MaxBytes);
    private readonly LineProtocolReader reader = new();
    private readonly List<Reading> readings = [];
    private readonly List<LineFault> faults = [];

    /// <summary>How many files had to go because there were too many.</summary>
    public long Dropped => folder.Dropped;

    /// <summary>Writes lines to the file of the hour.</summary>
    /// <returns>How many readings they hold.</returns>
    /// <exception cref="IOException">They could not be written.</exception>
    public int Write(IReadOnlyList<RefusedLine> lines, DateTime now)
    {
        var text = new SpoolBuffer();
        string? reason = null;
        readings.Clear();
        faults.Clear();
        var unread = 0;
        foreach (var line in lines)
        {
            if (line.Reason != reason) text.Write(Encoding.UTF8.GetBytes(Comment(reason = line.Reason, now)));
            text.Write(line.Line.Span);
            text.Write("\n"u8);
            unread += reader.Read(line.Line.Span, readings, faults);
        }

        folder.Write(now.ToString("yyyyMMdd-HH'.txt'", CultureInfo.InvariantCulture), text.Written.Span);
        return readings.Count + unread;
    }

    private static string Comment(string reason, DateTime now) =>
        string.Create(CultureInfo.InvariantCulture, $"# {now:yyyy-MM-dd'T'HH:mm:ss'Z'} {reason.ReplaceLineEndings(" ")}\n");
}
