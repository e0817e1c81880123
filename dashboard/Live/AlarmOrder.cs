namespace Plantroom.Dashboard.Live;

/// <summary>Worst first: by priority, then by what is left to do, then newest.</summary>
internal sealed class AlarmOrder : IComparer<Alarm>
{
    public static AlarmOrder WorstFirst { get; } = new();

    public int Compare(Alarm? x, Alarm? y)
    {
        if (x is null || y is null) return Comparer<object>.Default.Compare(x, y);
        var order = x.Priority.CompareTo(y.Priority);
        if (order == 0) order = Rank(x.State).CompareTo(Rank(y.State));
        if (order == 0) order = y.RaisedAt.CompareTo(x.RaisedAt);
        return order == 0 ? y.Id.CompareTo(x.Id) : order;
    }

    /// <summary>0 for what needs a person now, rising with less to do.</summary>
    public static int Rank(AlarmState state) => state switch
    {
        AlarmState.Unacknowledged => 0,
        AlarmState.Acknowledged => 1,
        AlarmState.ReturnedUnacknowledged => 2,
        _ => 3,
    };
}
