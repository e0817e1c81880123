using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Sqlite.Compaction;

/// <summary>A row of table <c>rollup</c> in memory: the windows of one point and level that start in one period.</summary>
internal sealed class RollupBlock(long id, int level, long start)
{
    private readonly List<RollupWindow> windows = [];

    /// <summary>The id of the row; 0 when it is not stored yet.</summary>
    public long Id => id;

    public int Level => level;

    /// <summary>The first start of a window in it.</summary>
    public long Start => start;

    /// <summary>Behind the last start of a window in it.</summary>
    public long End => start + RollupLevel.BlockOf(level);

    /// <summary>In the order of time.</summary>
    public List<RollupWindow> Windows => windows;

    /// <summary>Whether it is not as it is stored.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>The window that starts at a time; null when it has no readings.</summary>
    public RollupWindow? Find(long windowStart)
    {
        var index = IndexOf(windowStart);
        return index < windows.Count && windows[index].Start == windowStart ? windows[index] : null;
    }

    /// <summary>
    /// Puts a window in, or instead of the one that starts at its time, as short as it can be stored. Without readings, it is taken out.
    /// </summary>
    public void Set(in RollupWindow exact)
    {
        var window = exact with { Summary = RollupRounding.Rounded(exact.Summary) };
        var index = IndexOf(window.Start);
        var isThere = index < windows.Count && windows[index].Start == window.Start;
        if (window.Summary.Count == 0)
        {
            if (!isThere) return;
            windows.RemoveAt(index);
        }
        else if (isThere) windows[index] = window;
        else windows.Insert(index, window);
        IsChanged = true;
    }

    /// <summary>The last window that starts at or before a time; null when there is none.</summary>
    public RollupWindow? AtOrBefore(long time)
    {
        var index = IndexOf(time + 1) - 1;
        return index >= 0 ? windows[index] : null;
    }

    /// <summary>The first window that starts after a time; null when there is none.</summary>
    public RollupWindow? After(long time)
    {
        var index = IndexOf(time + 1);
        return index < windows.Count ? windows[index] : null;
    }

    /// <summary>The index of the first window that starts at or after a time.</summary>
    public int IndexOf(long windowStart)
    {
        var (low, high) = (0, windows.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (windows[middle].Start < windowStart) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
