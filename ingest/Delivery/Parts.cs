namespace Plantroom.Ingest.Delivery;

/// <summary>A part of a file, by offset.</summary>
/// <param name="From">The first byte.</param>
/// <param name="To">The end, not included.</param>
internal readonly record struct Part(long From, long To);

/// <summary>Parts of a file that do not touch, in order. For one thread at a time.</summary>
internal sealed class Parts
{
    private readonly List<Part> list = [];

    public IReadOnlyList<Part> All => list;

    public bool IsEmpty => list.Count == 0;

    /// <summary>Adds a part; what it touches becomes one with it.</summary>
    public void Add(long from, long to)
    {
        if (from >= to) return;
        var first = list.FindIndex(p => p.To >= from);
        if (first < 0) first = list.Count;
        var after = first;
        for (; after < list.Count && list[after].From <= to; after++)
            (from, to) = (Math.Min(from, list[after].From), Math.Max(to, list[after].To));
        list.RemoveRange(first, after - first);
        list.Insert(first, new(from, to));
    }

    /// <summary>Takes a part out, as far as it is in.</summary>
    public void Remove(long from, long to)
    {
        for (var i = list.Count - 1; i >= 0 && from < to; i--)
        {
            var part = list[i];
            if (part.To <= from || part.From >= to) continue;
            list.RemoveAt(i);
            if (part.To > to) list.Insert(i, part with { From = to });
            if (part.From < from) list.Insert(i, part with { To = from });
        }
    }

    /// <summary>The first part at or behind an offset; null when there is none.</summary>
    public Part? FirstAt(long offset)
    {
        foreach (var part in list)
            if (part.To > offset)
                return part with { From = Math.Max(part.From, offset) };
        return null;
    }
}
