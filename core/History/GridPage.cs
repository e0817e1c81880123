namespace Plantroom;

/// <summary>
/// The windows of some weeks to years, as stretches in which they follow each other at equal steps. Does not change once it is made. In ticks.
/// </summary>
/// <param name="number">Its place among the pages.</param>
/// <param name="starts">Where the stretches begin, rising.</param>
/// <param name="steps">How long the windows of each stretch are; the last one ends with its stretch.</param>
/// <param name="to">The end of the last stretch.</param>
internal sealed class GridPage(long number, long[] starts, long[] steps, long to)
{
    public long Number => number;

    public long To => to;

    public bool Holds(long utc) => utc < to && utc >= starts[0];

    public long StartOf(long utc)
    {
        var i = Find(utc);
        return starts[i] + ((utc - starts[i]) / steps[i] * steps[i]);
    }

    public long Next(long utc)
    {
        var i = Find(utc);
        var (step, end) = (steps[i], i + 1 < starts.Length ? starts[i + 1] : to);
        var past = (utc - starts[i]) % step;
        return end - utc <= step - past ? end : utc - past + step;
    }

    private int Find(long utc)
    {
        var (low, high) = (0, starts.Length);
        while (high - low > 1)
        {
            var middle = (low + high) >> 1;
            if (starts[middle] <= utc) low = middle;
            else high = middle;
        }

        return low;
    }
}
