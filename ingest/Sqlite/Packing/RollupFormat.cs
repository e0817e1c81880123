using System.Runtime.InteropServices;

namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>One part of a roll-up: the good readings from <paramref name="Start"/> to before <paramref name="End"/>.</summary>
/// <param name="Start">Stored time.</param>
/// <param name="End">Stored time.</param>
/// <param name="Summary">Of at least one reading.</param>
internal readonly record struct RollupWindow(long Start, long End, Summary Summary)
{
    /// <summary>When its first reading was measured, in stored time.</summary>
    public long First => StoredTime.ToMilliseconds(Summary.First.Time);
}

/// <summary>How the windows of a roll-up are packed into bytes. Described in docs/formats/history-file.md.</summary>
internal static class RollupFormat
{
    /// <summary>Packs windows, in the order of time; at least one.</summary>
    /// <param name="windows">What to pack.</param>
    /// <param name="withRise">Whether the rise is kept: only counters have one that means anything; others read back 0.</param>
    public static byte[] Pack(ReadOnlySpan<RollupWindow> windows, bool withRise)
    {
        var copy = windows.ToArray();
        if (!withRise)
        {
            foreach (ref var w in copy.AsSpan())
                w = w with { Summary = Summary.Of(w.Summary.Count, w.Summary.Sum, w.Summary.Min, w.Summary.Max, w.Summary.First, w.Summary.Last, w.Summary.Held, 0) };
        }

        return MemoryMarshal.AsBytes<RollupWindow>(copy).ToArray();
    }

    /// <summary>Unpacks windows behind those that are in the list.</summary>
    /// <exception cref="InvalidDataException">The bytes are not what <see cref="Pack"/> made.</exception>
    public static void Unpack(ReadOnlySpan<byte> packed, List<RollupWindow> into) =>
        into.AddRange(MemoryMarshal.Cast<byte, RollupWindow>(packed));
}
