using Plantroom.Ingest.Rows;

namespace Plantroom.Ingest.Http;

/// <summary>Windows with what was asked of them.</summary>
internal sealed class WindowRows(IReadOnlyList<WindowFunction> functions) : RowShape<HistoryWindow>
{
    private static readonly Column Start = new("start");
    private static readonly Column Count = new(WindowFunction.Count);
    private readonly (Column Column, WindowFunction.Taker Of)[] asked = [.. functions.Select(static f => (new Column(f.Name), f.Of))];

    public override string Member => "windows";

    public override IReadOnlyList<Column> Columns => [Start, Count, .. asked.Select(static a => a.Column)];

    public override void Write(RowWriter row, in HistoryWindow item)
    {
        row.Time(Start, item.Start);
        row.Whole(Count, item.Count);
        foreach (var (column, of) in asked) row.Number(column, of(item));
    }
}
