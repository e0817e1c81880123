namespace Plantroom.Ingest.Rows;

/// <summary>What of a row is told, in which order; the same for every form.</summary>
/// <typeparam name="T">What a row is made of.</typeparam>
internal abstract class RowShape<T>
{
    /// <summary>What the rows of a point are called together.</summary>
    public abstract string Member { get; }

    /// <summary>What <see cref="Write"/> writes, in that order.</summary>
    public abstract IReadOnlyList<Column> Columns { get; }

    /// <summary>Writes the cells of a row.</summary>
    public abstract void Write(RowWriter row, in T item);
}

/// <summary>Readings, bad ones included.</summary>
internal sealed class ReadingRows : RowShape<Reading>
{
    private static readonly Column Time = new("time");
    private static readonly Column Value = new("value");
    private static readonly Column Level = new("quality");
    private static readonly Column Reason = new("reason");

    public override string Member => "readings";

    public override IReadOnlyList<Column> Columns { get; } = [Time, Value, Level, Reason];

    public override void Write(RowWriter row, in Reading item)
    {
        row.Time(Time, item.Time);
        row.Number(Value, item.Value);
        row.Word(Level, QualityWords.Level(item.Quality));
        row.Word(Reason, QualityWords.Reason(item.Quality));
    }
}

/// <summary>Samples of a chart.</summary>
internal sealed class SampleRows : RowShape<Sample>
{
    private static readonly Column Time = new("time");
    private static readonly Column Value = new("value");

    public override string Member => "samples";

    public override IReadOnlyList<Column> Columns { get; } = [Time, Value];

    public override void Write(RowWriter row, in Sample item)
    {
        row.Time(Time, item.Time);
        row.Number(Value, item.Value);
    }
}
