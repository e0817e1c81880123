using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Plantroom.Ingest.Influx;

/// <summary>Finds out of a server's words which lines it means.</summary>
internal static partial class RefusedLines
{
    private const string Unparsed = "unable to parse '";

    /// <summary>Cuts a text into its lines, without their ends; empty ones are left out.</summary>
    public static List<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> text)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        while (!text.IsEmpty)
        {
            var end = text.Span.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (!line.IsEmpty) lines.Add(line);
        }

        return lines;
    }

    /// <summary>The lines that are repeated as <c>unable to parse '…': reason</c>, with the reason.</summary>
    public static Dictionary<int, string> Named(IReadOnlyList<ReadOnlyMemory<byte>> lines, string message)
    {
        var named = new Dictionary<int, string>();
        var at = message.IndexOf(Unparsed, StringComparison.Ordinal);
        if (at < 0) return named;
        var byText = Enumerable.Range(0, lines.Count).ToLookup(i => Encoding.UTF8.GetString(lines[i].Span), StringComparer.Ordinal);
        while (at >= 0)
        {
            var from = at + Unparsed.Length;
            at = message.IndexOf("\n" + Unparsed, from, StringComparison.Ordinal);
            var told = at < 0 ? message[from..] : message[from..at];
            if (at >= 0) at++;
            for (var quote = End(told, 0); quote >= 0; quote = End(told, quote + 1))
            {
                foreach (var i in byText[told[..quote]]) named[i] = DroppedCount().Replace(told[(quote + 3)..], "");
            }
        }

        return named;
    }

    /// <summary>How many lines the server says that it has left out; null when it does not say.</summary>
    public static int? Dropped(string message) =>
        DroppedCount().Match(message) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;

    /// <summary>The lines that a message can mean, when that can be told: all lines of a field, or the oldest.</summary>
    public static HashSet<int> Suspects(IReadOnlyList<ReadOnlyMemory<byte>> lines, string message)
    {
        if (message.Contains("beyond retention", StringComparison.Ordinal) && Dropped(message) is { } dropped)
            return [.. Enumerable.Range(0, lines.Count).OrderBy(i => Time(lines[i].Span)).Take(dropped)];
        if (Conflict().Match(message) is not { Success: true } conflict) return [];
        var name = LineNames.Escape(conflict.Groups["measurement"].Value).Replace("\\=", "=", StringComparison.Ordinal);
        var measurement = Encoding.UTF8.GetBytes(name);
        var field = Encoding.UTF8.GetBytes(LineNames.Escape(conflict.Groups["field"].Value) + "=");
        return [.. Enumerable.Range(0, lines.Count).Where(i => Has(lines[i].Span, measurement, field))];
    }

    private static int End(string told, int from) => told.IndexOf("': ", from, StringComparison.Ordinal);

    private static bool Has(ReadOnlySpan<byte> line, ReadOnlySpan<byte> measurement, ReadOnlySpan<byte> field)
    {
        if (!line.StartsWith(measurement) || line.Length == measurement.Length) return false;
        if (line[measurement.Length] is not ((byte)',' or (byte)' ')) return false;
        for (var rest = line[measurement.Length..]; ;)
        {
            var at = rest.IndexOf(field);
            if (at < 1) return false;
            if (rest[at - 1] is (byte)' ' or (byte)',') return true;
            rest = rest[(at + 1)..];
        }
    }

    private static long Time(ReadOnlySpan<byte> line) =>
        Utf8Parser.TryParse(line[(line.LastIndexOf((byte)' ') + 1)..], out long time, out _) ? time : long.MaxValue;

    [GeneratedRegex(@"\s*dropped=(\d{1,9})\s*$")]
    private static partial Regex DroppedCount();

    [GeneratedRegex("""input field "(?<field>.+)" on measurement "(?<measurement>.+)" is type """)]
    private static partial Regex Conflict();
}
