namespace Plantroom;

/// <summary>A value and when it was measured.</summary>
/// <param name="Time">When, UTC.</param>
/// <param name="Value">In the point's unit.</param>
public readonly record struct Sample(DateTime Time, double Value);

/// <summary>
/// What a stretch of readings of one point amounts to. The summaries of neighbouring stretches, appended in the order of time, are the
/// summary of the whole: so long stretches are summed up from stored parts. Bad readings are left out by the caller.
/// </summary>
/// <remarks>
/// A value holds from its reading to the next one; what is known of the time before the first and after the last reading is the
/// caller's to add, see <see cref="WindowBuilder"/>.
/// </remarks>
public record struct Summary
{
    private double sum;
    private double lost;

    /// <summary>How many readings.</summary>
    public long Count { get; private set; }

    /// <summary>The sum of the values, as exact as a compensated sum can be; infinite when it is larger than any number.</summary>
    public readonly double Sum => double.IsFinite(sum) ? sum + lost : sum;

    /// <summary>The smallest value.</summary>
    public double Min { get; private set; }

    /// <summary>The largest value.</summary>
    public double Max { get; private set; }

    /// <summary>The earliest reading.</summary>
    public Sample First { get; private set; }

    /// <summary>The latest reading.</summary>
    public Sample Last { get; private set; }

    /// <summary>The values times how long they held, from the first reading to the last: value × ms.</summary>
    public double Held { get; private set; }

    /// <summary>How far a counter rose from the first reading to the last; a fall means that it went on from zero.</summary>
    public double Rise { get; private set; }

    /// <summary>A stored summary.</summary>
    public static Summary Of(long count, double sum, double min, double max, Sample first, Sample last, double held, double rise) =>
        new() { Count = count, sum = sum, Min = min, Max = max, First = first, Last = last, Held = held, Rise = rise };

    /// <summary>How far a counter rose from one reading to the next.</summary>
    public static double RiseOf(double before, double after) => after >= before ? after - before : after;

    /// <summary>Adds a reading that is later than all before.</summary>
    public void Add(DateTime time, double value)
    {
        var sample = new Sample(time, value);
        if (Count == 0)
        {
            (First, Min, Max) = (sample, value, value);
        }
        else
        {
            Held += Last.Value * (time - Last.Time).TotalMilliseconds;
            Rise += RiseOf(Last.Value, value);
            Min = Math.Min(Min, value);
            Max = Math.Max(Max, value);
        }

        Count++;
        AddToSum(value);
        Last = sample;
    }

    /// <summary>Adds a stretch that is later than all before.</summary>
    public void Append(in Summary next)
    {
        if (next.Count == 0) return;
        if (Count == 0)
        {
            this = next;
            return;
        }

        Held += (Last.Value * (next.First.Time - Last.Time).TotalMilliseconds) + next.Held;
        Rise += RiseOf(Last.Value, next.First.Value) + next.Rise;
        Count += next.Count;
        AddToSum(next.Sum);
        Min = Math.Min(Min, next.Min);
        Max = Math.Max(Max, next.Max);
        Last = next.Last;
    }

    /// <summary>Neumaier's sum: small values are not lost beside large ones.</summary>
    private void AddToSum(double value)
    {
        var next = sum + value;
        lost += Math.Abs(sum) >= Math.Abs(value) ? sum - next + value : value - next + sum;
        sum = next;
    }
}
