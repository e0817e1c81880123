using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Benchmarks.Storage;

/// <summary>The windows of readings at one level, as the compactor makes them.</summary>
internal static class Windows
{
    public static RollupWindow[] Of(ChunkBuffer readings, TimeSpan every)
    {
        var length = (long)every.TotalMilliseconds;
        var (windows, summary, start) = (new List<RollupWindow>(), new Summary(), 0L);
        for (var i = 0; i < readings.Count; i++)
        {
            var window = StoredTime.WindowStart(readings.Times[i], length);
            if (window != start && summary.Count > 0)
            {
                windows.Add(new(start, start + length, RollupRounding.Rounded(summary)));
                summary = new();
            }

            start = window;
            summary.Add(StoredTime.FromMilliseconds(readings.Times[i]), readings.Values[i]);
        }

        if (summary.Count > 0) windows.Add(new(start, start + length, RollupRounding.Rounded(summary)));
        return [.. windows];
    }
}
