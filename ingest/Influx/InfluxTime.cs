using System.Globalization;

namespace Plantroom.Ingest.Influx;

/// <summary>Moments as InfluxDB keeps them: nanoseconds since 1970 UTC, from September 1677 to April 2262.</summary>
internal static class InfluxTime
{
    /// <summary>The last tick that fits; others are taken for it, or for the first one.</summary>
    private const long MaxTicks = (long.MaxValue / TimeSpan.NanosecondsPerTick) - 1;

    public static long ToNanoseconds(DateTime utc) =>
        Math.Clamp(utc.Ticks - DateTime.UnixEpoch.Ticks, -MaxTicks, MaxTicks) * TimeSpan.NanosecondsPerTick;

    /// <summary>Parts finer than a tick are cut off, towards the past.</summary>
    public static DateTime FromNanoseconds(long nanoseconds)
    {
        var (ticks, rest) = Math.DivRem(nanoseconds, TimeSpan.NanosecondsPerTick);
        return DateTime.UnixEpoch.AddTicks(rest < 0 ? ticks - 1 : ticks);
    }

    /// <summary>As InfluxQL writes a moment.</summary>
    public static string Text(DateTime utc) => ToNanoseconds(utc).ToString(CultureInfo.InvariantCulture);
}
