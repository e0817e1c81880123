namespace Plantroom.Ingest.Transfer;

/// <summary>Splits lines of CSV (RFC 4180) into fields. A field does not go over the end of its line. For one thread.</summary>
internal sealed class CsvLine
{
    private const int MaxFields = 100;

    private readonly byte[] text = new byte[LineSource.MaxLine];
    private readonly Range[] fields = new Range[MaxFields];

    /// <summary>How many fields the line has.</summary>
    public int Count { get; private set; }

    /// <summary>A field without its quotes, by its place; empty for -1.</summary>
    public ReadOnlySpan<byte> this[int field] => field < 0 ? default : text.AsSpan(fields[field]);

    /// <summary>Splits a line; false when its quotes do not fit or it has more than 100 fields.</summary>
    public bool TrySplit(ReadOnlySpan<byte> line)
    {
        Count = 0;
        if (line.Length > text.Length) return false;
        var written = 0;
        for (var at = 0; at <= line.Length; at++)
        {
            if (Count == MaxFields) return false;
            var first = written;
            if (at < line.Length && line[at] == '"' ? !TryQuoted(line, ref at, ref written) : !TryPlain(line, ref at, ref written)) return false;
            fields[Count++] = first..written;
        }

        return true;
    }

    private bool TryPlain(ReadOnlySpan<byte> line, ref int at, ref int written)
    {
        var length = line[at..].IndexOf((byte)',');
        var field = length < 0 ? line[at..] : line.Slice(at, length);
        field.CopyTo(text.AsSpan(written));
        at += field.Length;
        written += field.Length;
        return !field.Contains((byte)'"');
    }

    /// <summary>Two quotes stand for one.</summary>
    private bool TryQuoted(ReadOnlySpan<byte> line, ref int at, ref int written)
    {
        for (at++; at < line.Length; at++)
        {
            if (line[at] == '"')
            {
                at++;
                if (at == line.Length || line[at] == ',') return true;
                if (line[at] != '"') return false;
            }

            text[written++] = line[at];
        }

        return false;
    }
}
