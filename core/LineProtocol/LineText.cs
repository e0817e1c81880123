using System.Text;
using System.Text.Unicode;

namespace Plantroom;

/// <summary>
/// Names as line protocol writes them: a backslash before a comma, an equals sign and a space. A comma counts as escaped when the byte
/// before it is a backslash, and a backslash alone stands for itself, so a name that ends in one could not be told from an escape:
/// such a name gets a <c>/</c> behind it, which no name of ours contains. InfluxDB takes two backslashes in a row for a pair, so between a
/// backslash of the name and one that escapes there is a <c>/</c>, too.
/// </summary>
internal static class LineText
{
    /// <summary>Marks the end of a name that would be misread without it.</summary>
    public const byte End = (byte)'/';

    private const byte Backslash = (byte)'\\';

    public static string Escape(string name)
    {
        var escaped = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (c is ',' or '=' or ' ')
            {
                if (escaped.Length > 0 && escaped[^1] == '\\') escaped.Append((char)End);
                escaped.Append('\\');
            }

            escaped.Append(c);
        }

        if (name.EndsWith('\\')) escaped.Append((char)End);
        return escaped.ToString();
    }

    /// <summary>The name that a raw text stands for; null when it is not UTF-8.</summary>
    public static string? Unescape(ReadOnlySpan<byte> raw)
    {
        if (!Utf8.IsValid(raw)) return null;
        var name = new List<byte>(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == Backslash && i + 1 < raw.Length && (raw[i + 1] is (byte)',' or (byte)'=' or (byte)' ')) i++;
            else if (raw[i] == End && i > 0 && raw[i - 1] == Backslash && i + 1 < raw.Length && raw[i + 1] == Backslash) continue;
            name.Add(raw[i]);
        }

        if (name.Count > 0 && name[^1] == End) name.RemoveAt(name.Count - 1);
        return Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(name));
    }

    /// <summary>Where a byte is that no backslash stands before; -1 for nowhere.</summary>
    public static int Find(ReadOnlySpan<byte> text, byte wanted)
    {
        for (var from = 0; ;)
        {
            var at = text[from..].IndexOf(wanted);
            if (at < 0) return -1;
            at += from;
            if (at == 0 || text[at - 1] != Backslash) return at;
            from = at + 1;
        }
    }
}
