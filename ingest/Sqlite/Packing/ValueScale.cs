using System.Numerics;

namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>How values become integers, and how they come back to the very same bits.</summary>
internal enum ValueForm
{
    /// <summary>Decimals: integer / 10^digits.</summary>
    Decimal = 0,

    /// <summary>Decimals that went through 32 bits on their way here: integer / 10^digits, rounded to single precision.</summary>
    SingleDecimal = 1,

    /// <summary>The bits of the value without the last ones, which are all 0.</summary>
    Bits = 2,
}

/// <summary>One way of making integers of values.</summary>
/// <param name="Form">Which.</param>
/// <param name="Digits">Behind the decimal point, or how many bits are left out.</param>
internal readonly record struct ValueScale(ValueForm Form, int Digits)
{
    /// <summary>More digits are no decimals but the noise of binary numbers.</summary>
    public const int MostDigits = 12;

    /// <summary>Up to here every integer is a double.</summary>
    private const double Largest = 1L << 53;

    private static readonly double[] Powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];

    /// <summary>Whether it can be one that was written.</summary>
    public bool IsKnown => Form == ValueForm.Bits ? Digits < 64 : Form < ValueForm.Bits && Digits <= MostDigits;

    /// <summary>The integer of a value; false when the value would not come back from it.</summary>
    public bool TryEncode(double value, out long integer)
    {
        if (Form == ValueForm.Bits)
        {
            integer = BitConverter.DoubleToInt64Bits(value) >> Digits;
            return true;
        }

        var scaled = Math.Round(value * Powers[Digits]);
        var fits = Math.Abs(scaled) <= Largest;
        integer = fits ? (long)scaled : 0;
        return fits && BitConverter.DoubleToInt64Bits(Decode(integer)) == BitConverter.DoubleToInt64Bits(value);
    }

    /// <summary>The value of an integer.</summary>
    public double Decode(long integer) => Form switch
    {
        ValueForm.Decimal => integer / Powers[Digits],
        ValueForm.SingleDecimal => (float)(integer / Powers[Digits]),
        _ => BitConverter.Int64BitsToDouble(integer << Digits),
    };

    /// <summary>The values of integers.</summary>
    public void Decode(ReadOnlySpan<long> integers, Span<double> values)
    {
        if (Form != ValueForm.Decimal)
        {
            for (var i = 0; i < integers.Length; i++) values[i] = Decode(integers[i]);
            return;
        }

        var power = Powers[Digits];
        if (power == 1)
            for (var i = 0; i < integers.Length; i++)
                values[i] = integers[i];
        else
            for (var i = 0; i < integers.Length; i++)
                values[i] = integers[i] / power;
    }

    /// <summary>The way that makes the values short: the exceptions of decimals are weighed against the digits of all others.</summary>
    public static ValueScale Of(ReadOnlySpan<double> values)
    {
        Span<int> counts = stackalloc int[MostDigits + 2];
        var (best, cost) = Cheapest(values, ValueForm.Decimal, counts);
        if (cost > values.Length * MostDigits)
        {
            // 80 bits an exception, so most values are no short decimals.
            var (single, singleCost) = Cheapest(values, ValueForm.SingleDecimal, counts);
            if (singleCost < cost) (best, cost) = (single, singleCost);
        }

        var bits = 0L;
        foreach (var value in values) bits |= BitConverter.DoubleToInt64Bits(value);
        var zeros = bits == 0 ? 0 : BitOperations.TrailingZeroCount(bits);
        return cost < values.Length * Math.Max(0, 56 - zeros) ? best : new(ValueForm.Bits, zeros);
    }

    private static (ValueScale Scale, double Cost) Cheapest(ReadOnlySpan<double> values, ValueForm form, Span<int> counts)
    {
        const double ExceptionBits = 80, DigitBits = 3.3;
        CountDigits(values, form, counts);
        var (best, cost, longer) = (0, double.MaxValue, values.Length);
        for (var digits = 0; digits <= MostDigits; digits++)
        {
            longer -= counts[digits];
            var bits = longer * ExceptionBits + (values.Length - longer) * digits * DigitBits;
            if (bits < cost) (best, cost) = (digits, bits);
        }

        return (new(form, best), cost);
    }

    /// <summary>How many values need how many digits; the last count is of those that are no decimals.</summary>
    private static void CountDigits(ReadOnlySpan<double> values, ValueForm form, Span<int> counts)
    {
        counts.Clear();
        var usual = 0;
        foreach (var value in values)
        {
            var digits = usual;
            if (!new ValueScale(form, usual).TryEncode(value, out _))
            {
                digits = 0;
                while (digits <= MostDigits && !new ValueScale(form, digits).TryEncode(value, out _)) digits++;
            }

            counts[digits]++;
            if (digits <= MostDigits && counts[digits] > counts[usual]) usual = digits;
        }
    }
}
