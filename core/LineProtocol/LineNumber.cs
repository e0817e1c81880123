using System.Buffers.Text;
using System.Globalization;

namespace Plantroom;

/// <summary>
/// Numbers as line protocol writes them; what is written is read back to the very same bits. Most measured values have a few decimals,
/// for which whole numbers are enough and much quicker.
/// </summary>
public static class LineNumber
{
    /// <summary>The most bytes a number takes: the shortest exact form of a double has at most 24.</summary>
    public const int MaxLength = 32;

    /// <summary>Whole numbers below are exact in a double and in a long.</summary>
    private const long Exact = 1L << 53;

    private const double Scale = 1e6;
    private const int ScaleDigits = 6;

    /// <summary>As many as the digits of a short number; all of them are exact.</summary>
    private static readonly double[] PowersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>Writes a finite number.</summary>
    /// <returns>How many bytes it took.</returns>
    public static int Write(double value, Span<byte> target)
    {
        var scaled = value * Scale;
        if (Math.Abs(scaled) < Exact && (value != 0 || !double.IsNegative(value)))
        {
            // A quotient of two exact numbers is rounded correctly, as the reading of their decimal form is.
            var whole = (long)Math.Round(scaled);
            if (whole / Scale == value) return WriteDecimal(whole, target);
        }

        value.TryFormat(target, out var length, default, CultureInfo.InvariantCulture);
        return length;
    }

    /// <summary>Reads a float, an integer (<c>i</c>, <c>u</c>) or a switch (<c>t</c>, <c>true</c>, ...), which is 1 or 0.</summary>
    /// <returns>False when it is none of these, or not finite.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out double value)
    {
        if (TryReadShort(text, out value)) return true;
        if (text.IsEmpty) return false;
        var whole = text[..^1];
        if (text[^1] == 'i') return Is(Utf8Parser.TryParse(whole, out long signed, out var used) && used == whole.Length, signed, out value);
        if (text[^1] == 'u') return Is(Utf8Parser.TryParse(whole, out ulong unsigned, out var taken) && taken == whole.Length, unsigned, out value);
        if (text[0] is (byte)'+' or (byte)'-' or (byte)'.' or (>= (byte)'0' and <= (byte)'9'))
        {
            const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
            return double.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        }

        value = IsOne(text, "true"u8, "True"u8, "TRUE"u8) ? 1 : 0;
        return value == 1 || IsOne(text, "false"u8, "False"u8, "FALSE"u8);
    }

    private static bool Is(bool read, double number, out double value)
    {
        value = number;
        return read;
    }

    /// <summary>A switch in one of the spellings that line protocol knows, or its first letter.</summary>
    private static bool IsOne(ReadOnlySpan<byte> text, ReadOnlySpan<byte> small, ReadOnlySpan<byte> first, ReadOnlySpan<byte> large) =>
        text.SequenceEqual(small[..1]) || text.SequenceEqual(large[..1]) || text.SequenceEqual(small) || text.SequenceEqual(first)
        || text.SequenceEqual(large);

    /// <summary>At most fifteen digits with or without a point: digits and a power of ten are both exact, so their quotient is right.</summary>
    private static bool TryReadShort(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        var negative = text.Length > 0 && text[0] == '-';
        var digits = negative ? text[1..] : text;
        if (digits.Length is 0 or > 16) return false;
        long mantissa = 0;
        var point = -1;
        for (var i = 0; i < digits.Length; i++)
        {
            var c = digits[i];
            if (c - (uint)'0' <= 9) mantissa = (mantissa * 10) + (c - '0');
            else if (c == '.' && point < 0 && i > 0) point = i;
            else return false;
        }

        if (mantissa >= Exact) return false;
        value = point < 0 ? mantissa : mantissa / PowersOfTen[digits.Length - 1 - point];
        if (negative) value = -value;
        return true;
    }

    private static int WriteDecimal(long whole, Span<byte> target)
    {
        var length = 0;
        if (whole < 0)
        {
            target[length++] = (byte)'-';
            whole = -whole;
        }

        var (before, behind) = Math.DivRem(whole, (long)Scale);
        Utf8Formatter.TryFormat(before, target[length..], out var written);
        length += written;
        if (behind == 0) return length;
        target[length] = (byte)'.';
        var last = length + ScaleDigits;
        for (var i = last; i > length; i--, behind /= 10) target[i] = (byte)('0' + (behind % 10));
        while (target[last] == '0') last--;
        return last + 1;
    }
}
