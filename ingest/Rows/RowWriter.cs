namespace Plantroom.Ingest.Rows;

/// <summary>
/// Writes rows, point by point, into a buffer that the caller empties when he likes:
/// <code>
/// Begin  ( BeginPoint  ( BeginRow cells EndRow )*  EndPoint )*  End
/// </code>
/// </summary>
internal abstract class RowWriter
{
    /// <summary>What is written and not yet taken away.</summary>
    public RowBuffer Buffer { get; } = new();

    public abstract void Begin();

    public abstract void BeginPoint(string name);

    public abstract void BeginRow();

    public abstract void Time(Column column, DateTime utc);

    /// <summary>A number; nothing when it is not known or not finite.</summary>
    public abstract void Number(Column column, double? value);

    public abstract void Whole(Column column, long value);

    /// <summary>A word that needs no escaping; nothing when it is empty.</summary>
    public abstract void Word(Column column, ReadOnlySpan<byte> word);

    public abstract void EndRow();

    public abstract void EndPoint();

    public abstract void End();
}
