namespace Plantroom.Mqtt.Topics;

/// <summary>How two valid topic filters, UTF-8, relate as the sets of topic names that they match.</summary>
internal static class FilterRelations
{
    /// <summary>Whether the outer filter matches every name that the inner one matches.</summary>
    public static bool Covers(ReadOnlySpan<byte> outer, ReadOnlySpan<byte> inner)
    {
        if (IsWildcard(outer) && inner[0] == '$') return false;

        // At the very front, "#" and "+/#" match the same names: each has at least one level.
        if (inner is [(byte)'#']) inner = "+/#"u8;
        while (true)
        {
            var outerLevel = Next(ref outer, out var outerEnds);
            if (outerLevel is [(byte)'#']) return true;
            var innerLevel = Next(ref inner, out var innerEnds);
            if (innerLevel is [(byte)'#']) return false;
            if (outerLevel is not [(byte)'+'] && !outerLevel.SequenceEqual(innerLevel)) return false;
            if (innerEnds) return outerEnds || outer is [(byte)'#'];
            if (outerEnds) return false;
        }
    }

    /// <summary>Whether there is a name that both filters match.</summary>
    public static bool Meet(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        if ((IsWildcard(one) && other[0] == '$') || (IsWildcard(other) && one[0] == '$')) return false;
        while (true)
        {
            var level = Next(ref one, out var ends);
            var otherLevel = Next(ref other, out var otherEnds);
            if (level is [(byte)'#'] || otherLevel is [(byte)'#']) return true;
            if (level is not [(byte)'+'] && otherLevel is not [(byte)'+'] && !level.SequenceEqual(otherLevel)) return false;
            if (ends) return otherEnds || other is [(byte)'#'];
            if (otherEnds) return one is [(byte)'#'];
        }
    }

    private static bool IsWildcard(ReadOnlySpan<byte> filter) => filter[0] is (byte)'+' or (byte)'#';

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> filter, out bool ends)
    {
        var end = filter.IndexOf((byte)'/');
        ends = end < 0;
        var level = ends ? filter : filter[..end];
        filter = ends ? default : filter[(end + 1)..];
        return level;
    }
}
