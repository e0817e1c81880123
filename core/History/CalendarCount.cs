namespace Plantroom;

/// <summary>
/// Numbers the parts of the calendar, in ticks of local time: days from 1970, weeks from the first Monday of 1970, months and years from
/// year 0. Parts outside the years 1 to 9999 lie somewhere outside.
/// </summary>
internal static class CalendarCount
{
    private const long End = 3_155_378_976_000_000_000; // the first moment of year 10000
    private const long Outside = 2 * TimeSpan.TicksPerDay;

    private static readonly long Thursday = DateTime.UnixEpoch.Ticks;
    private static readonly long Monday = new DateTime(1970, 1, 5).Ticks;

    /// <summary>The number of the part that a local time lies in.</summary>
    public static long Of(WindowLength length, long local) => Floor(length.Unit switch
    {
        WindowUnit.Day => Floor(local - Thursday, TimeSpan.TicksPerDay),
        WindowUnit.Week => Floor(local - Monday, 7 * TimeSpan.TicksPerDay),
        WindowUnit.Month => Month(local),
        _ => Floor(Month(local), 12),
    }, length.Count);

    /// <summary>The local time at which a part begins.</summary>
    public static long Start(WindowLength length, long number) => length.Unit switch
    {
        WindowUnit.Day => Thursday + (number * length.Count * TimeSpan.TicksPerDay),
        WindowUnit.Week => Monday + (number * length.Count * 7 * TimeSpan.TicksPerDay),
        WindowUnit.Month => FromMonth(number * length.Count),
        _ => FromMonth(number * length.Count * 12),
    };

    /// <summary>The whole quotient, towards the past.</summary>
    public static long Floor(long value, long divisor)
    {
        var quotient = value / divisor;
        return value % divisor < 0 ? quotient - 1 : quotient;
    }

    private static long Month(long local)
    {
        if (local < 0) return 11;
        if (local >= End) return 12 * 10_000;
        var date = new DateTime(local);
        return (date.Year * 12) + date.Month - 1;
    }

    private static long FromMonth(long month) => month switch
    {
        < 12 => -Outside,
        12 * 10_000 => End,
        > 12 * 10_000 => End + Outside,
        _ => new DateTime((int)(month / 12), (int)(month % 12) + 1, 1).Ticks,
    };
}
