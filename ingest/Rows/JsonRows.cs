using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Plantroom.Ingest.Rows;

/// <summary>
/// Rows as JSON: an object of what holds for all of them, and the rows of its one point or the series of several. What a row does not
/// know is left out of its object.
/// </summary>
/// <param name="member">What the rows of a point are called.</param>
/// <param name="several">Whether there is a series of each point.</param>
/// <param name="about">Names and values of what holds for all rows.</param>
internal sealed class JsonRows(string member, bool several, IReadOnlyList<(string Name, string Value)> about) : RowWriter
{
    private bool isFirstPoint = true;
    private bool isFirstRow;
    private bool isFirstCell;

    public override void Begin()
    {
        Buffer.Append((byte)'{');
        if (several) About("\"series\":[");
    }

    public override void BeginPoint(string name)
    {
        if (several) Buffer.Append(isFirstPoint ? "{"u8 : ",{"u8);
        Buffer.Append("\"point\":"u8);
        Text(name);
        Buffer.Append((byte)',');
        if (several) Ascii($"\"{member}\":[");
        else About($"\"{member}\":[");
        (isFirstPoint, isFirstRow) = (false, true);
    }

    public override void BeginRow()
    {
        Buffer.Append(isFirstRow ? "{"u8 : ",{"u8);
        (isFirstRow, isFirstCell) = (false, true);
    }

    public override void Time(Column column, DateTime utc)
    {
        Key(column);
        Buffer.Append((byte)'"');
        Buffer.AppendTime(utc);
        Buffer.Append((byte)'"');
    }

    public override void Number(Column column, double? value)
    {
        if (value is not { } number || !double.IsFinite(number)) return;
        Key(column);
        Buffer.AppendNumber(number);
    }

    public override void Whole(Column column, long value)
    {
        Key(column);
        Buffer.AppendWhole(value);
    }

    public override void Word(Column column, ReadOnlySpan<byte> word)
    {
        if (word.IsEmpty) return;
        Key(column);
        Buffer.Append((byte)'"');
        Buffer.Append(word);
        Buffer.Append((byte)'"');
    }

    public override void EndRow() => Buffer.Append((byte)'}');

    public override void EndPoint() => Buffer.Append(several ? "]}"u8 : "]"u8);

    public override void End() => Buffer.Append(several ? "]}"u8 : "}"u8);

    private void About(string next)
    {
        foreach (var (name, value) in about)
        {
            Ascii($"\"{name}\":");
            Text(value);
            Buffer.Append((byte)',');
        }

        Ascii(next);
    }

    private void Key(Column column)
    {
        if (!isFirstCell) Buffer.Append((byte)',');
        isFirstCell = false;
        Buffer.Append(column.Key);
    }

    /// <summary>Names in any script stay readable.</summary>
    private void Text(string text)
    {
        Buffer.Append((byte)'"');
        Buffer.Append(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        Buffer.Append((byte)'"');
    }

    private void Ascii(string text) => Buffer.Append(Encoding.ASCII.GetBytes(text));
}
