using System.Text;

namespace Plantroom.Ingest.Rows;

/// <summary>Moments as RFC 3339 in UTC, with as many decimals as they need: <c>2026-06-01T08:00:00.25Z</c>.</summary>
internal static class RowTime
{
    /// <summary>The most bytes that it takes.</summary>
    public const int MaxLength = 28;

    private const int WithoutDecimals = 19;
    private const int MaxDecimals = 7;

    /// <summary>Writes a moment.</summary>
    /// <returns>How many bytes it took.</returns>
    public static int Write(DateTime utc, Span<byte> target)
    {
        target = target[..MaxLength];
        var (date, time) = (DateOnly.FromDateTime(utc), utc.TimeOfDay);
        Digits(target[..4], date.Year);
        target[4] = target[7] = (byte)'-';
        Digits(target[5..7], date.Month);
        Digits(target[8..10], date.Day);
        target[10] = (byte)'T';
        Digits(target[11..13], time.Hours);
        target[13] = target[16] = (byte)':';
        Digits(target[14..16], time.Minutes);
        Digits(target[17..19], time.Seconds);
        var length = WithoutDecimals;
        var parts = (int)(utc.Ticks % TimeSpan.TicksPerSecond);
        if (parts > 0)
        {
            target[length++] = (byte)'.';
            Digits(target.Slice(length, MaxDecimals), parts);
            length += MaxDecimals;
            while (target[length - 1] == '0') length--;
        }

        target[length] = (byte)'Z';
        return length + 1;
    }

    /// <summary>Reads what <see cref="Write"/> writes at once, and any other form of <see cref="QueryTime"/> with more effort.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out DateTime utc) =>
        TryReadOwn(text, out utc) || QueryTime.TryParse(Encoding.UTF8.GetString(text), out utc);

    private static bool TryReadOwn(ReadOnlySpan<byte> text, out DateTime utc)
    {
        utc = default;
        if (text.Length is <= WithoutDecimals or > MaxLength || text[^1] != 'Z' || text[10] != 'T') return false;
        if (text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':') return false;
        var ok = true;
        var (year, month, day) = (Number(text[..4], ref ok), Number(text[5..7], ref ok), Number(text[8..10], ref ok));
        var (hour, minute, second) = (Number(text[11..13], ref ok), Number(text[14..16], ref ok), Number(text[17..19], ref ok));
        if (!ok || year < 1 || month is < 1 or > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return false;
        if (day > DateTime.DaysInMonth(year, month) || !TryReadDecimals(text[WithoutDecimals..^1], out var parts)) return false;
        utc = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).AddTicks(parts);
        return true;
    }

    private static bool TryReadDecimals(ReadOnlySpan<byte> text, out int ticks)
    {
        ticks = 0;
        if (text.IsEmpty) return true;
        if (text[0] != '.' || text.Length is < 2 or > MaxDecimals + 1) return false;
        var ok = true;
        ticks = Number(text[1..], ref ok);
        for (var i = text.Length; i <= MaxDecimals; i++) ticks *= 10;
        return ok;
    }

    private static int Number(ReadOnlySpan<byte> digits, ref bool ok)
    {
        var number = 0;
        foreach (var c in digits)
        {
            ok &= c is >= (byte)'0' and <= (byte)'9';
            number = (number * 10) + (c - '0');
        }

        return number;
    }

    private static void Digits(Span<byte> target, int number)
    {
        for (var i = target.Length - 1; i >= 0; i--, number /= 10) target[i] = (byte)('0' + (number % 10));
    }
}
