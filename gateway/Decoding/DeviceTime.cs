using System.Buffers.Text;

namespace Plantroom.Gateway;

/// <summary>The times that devices write: RFC 3339, or milliseconds since 1970 UTC. Finer parts than a millisecond are cut off.</summary>
internal static class DeviceTime
{
    private static readonly long MinMilliseconds = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long MaxMilliseconds = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The moment of a number of milliseconds since 1970 UTC.</summary>
    public static bool TryFromEpoch(double milliseconds, out DateTime time)
    {
        time = default;
        if (!(milliseconds >= MinMilliseconds && milliseconds <= MaxMilliseconds)) return false;
        time = DateTime.UnixEpoch.AddTicks((long)Math.Floor(milliseconds) * TimeSpan.TicksPerMillisecond);
        return true;
    }

    /// <summary>Cuts a time to whole milliseconds.</summary>
    public static DateTime Truncate(DateTime time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);

    /// <summary>
    /// Reads <c>2026-06-01T08:00:00.5+08:00</c>; the date, the time to the second and the offset must be there (RFC 3339 section 5.6).
    /// A leap second is the last millisecond of its minute.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTime time)
    {
        time = default;
        if (text.Length < "2026-06-01T08:00:00Z".Length
            || text[4] != '-' || text[7] != '-' || (text[10] | 0x20) is not ('t' or ' ') || text[13] != ':' || text[16] != ':') return false;
        if (!Number(text[..4], out var year) || !Number(text[5..7], out var month) || !Number(text[8..10], out var day)
            || !Number(text[11..13], out var hour) || !Number(text[14..16], out var minute) || !Number(text[17..19], out var second)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        if (hour > 23 || minute > 59 || second > 60) return false;

        var rest = text[19..];
        if (!Fraction(ref rest, out var millisecond) || !Offset(rest, out var offset)) return false;
        if (second == 60) (second, millisecond) = (59, 999);
        var ticks = new DateTime(year, month, day, hour, minute, second, millisecond).Ticks - (offset * TimeSpan.TicksPerMinute);
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks) return false;
        time = new(ticks, DateTimeKind.Utc);
        return true;
    }

    private static bool Number(ReadOnlySpan<byte> digits, out int number) =>
        Utf8Parser.TryParse(digits, out number, out var used) && used == digits.Length && digits[0] is >= (byte)'0' and <= (byte)'9';

    private static bool Fraction(ref ReadOnlySpan<byte> rest, out int millisecond)
    {
        millisecond = 0;
        if (rest is not [(byte)'.', ..]) return true;
        var digits = rest[1..];
        var length = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (length <= 0) return false;
        for (var i = 0; i < 3; i++) millisecond = (millisecond * 10) + (i < length ? digits[i] - '0' : 0);
        rest = digits[length..];
        return true;
    }

    private static bool Offset(ReadOnlySpan<byte> rest, out long minutes)
    {
        minutes = 0;
        if (rest is [(byte)'Z' or (byte)'z']) return true;
        if (rest is not [(byte)'+' or (byte)'-', _, _, (byte)':', _, _]) return false;
        if (!Number(rest[1..3], out var hour) || !Number(rest[4..6], out var minute) || hour > 23 || minute > 59) return false;
        minutes = (hour * 60) + minute;
        if (rest[0] == '-') minutes = -minutes;
        return true;
    }
}
