using System.Buffers;
using System.Text;

namespace Plantroom.Ingest.Rows;

/// <summary>Rows as CSV (RFC 4180): UTF-8, a line of headings, the name of the point in the first column, lines end with CR LF.</summary>
internal sealed class CsvRows(IReadOnlyList<Column> columns) : RowWriter
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");
    private byte[] point = [];

    public override void Begin()
    {
        Buffer.Append("point"u8);
        foreach (var column in columns)
        {
            Buffer.Append((byte)',');
            Buffer.Append(column.Heading);
        }

        EndRow();
    }

    public override void BeginPoint(string name) =>
        point = Encoding.UTF8.GetBytes(
            name.AsSpan().ContainsAny(Special) ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name);

    public override void BeginRow() => Buffer.Append(point);

    public override void Time(Column column, DateTime utc)
    {
        Buffer.Append((byte)',');
        Buffer.AppendTime(utc);
    }

    public override void Number(Column column, double? value)
    {
        Buffer.Append((byte)',');
        if (value is { } number && double.IsFinite(number)) Buffer.AppendNumber(number);
    }

    public override void Whole(Column column, long value)
    {
        Buffer.Append((byte)',');
        Buffer.AppendWhole(value);
    }

    public override void Word(Column column, ReadOnlySpan<byte> word)
    {
        Buffer.Append((byte)',');
        Buffer.Append(word);
    }

    public override void EndRow() => Buffer.Append("\r\n"u8);

    public override void EndPoint()
    {
    }

    public override void End()
    {
    }
}
