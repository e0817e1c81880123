using System.Globalization;
using System.Text;

namespace Plantroom.Ingest.Influx.Flux;

/// <summary>Texts and times of ours as Flux writes them.</summary>
internal static class FluxText
{
    /// <summary>The earliest and the latest time that InfluxDB knows: nanoseconds of a signed 64-bit number, years 1677 to 2262.</summary>
    private static readonly (DateTime First, DateTime Last) Known =
        (DateTime.UnixEpoch.AddTicks(long.MinValue / 100).AddSeconds(1), DateTime.UnixEpoch.AddTicks(long.MaxValue / 100).AddSeconds(-1));

    /// <summary>A text in double quotes. What would begin an expression within it, <c>${</c>, stands for itself.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '\\' => "\\\\",
                '"' => "\\\"",
                '$' => "\\x24",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A time; one that InfluxDB does not know is the nearest that it does.</summary>
    public static string Time(DateTime utc)
    {
        var known = utc < Known.First ? Known.First : utc > Known.Last ? Known.Last : utc;
        return known.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
    }
}
