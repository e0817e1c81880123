using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>The windows of one level of a point's roll-ups, in the order of time.</summary>
internal sealed class RollupCursor : IDisposable
{
    private const long Unknown = long.MaxValue;

    private readonly SqliteStatement rows;
    private readonly List<RollupWindow> windows = [];
    private bool ended;
    private int at;

    /// <summary>The end of the last window that was passed over.</summary>
    private long passed;

    public RollupCursor(SqliteConnection connection, int level)
    {
        var ofPoint = $"rollup WHERE point = ?1 AND level = {level}";
        rows = new(connection,
            $"""
            SELECT start_ms, end_ms, data FROM {ofPoint} AND start_ms < ?3
                AND start_ms >= coalesce((SELECT max(start_ms) FROM {ofPoint} AND start_ms <= ?2), ?2)
            ORDER BY start_ms
            """);
    }

    /// <summary>The window that was found.</summary>
    public ref readonly RollupWindow Current => ref CollectionsMarshal.AsSpan(windows)[at];

    /// <summary>Stands before the windows that start in a range afterwards. Reads nothing yet.</summary>
    public void Start(long point, long from, long to)
    {
        rows.Reset();
        rows.Bind(1, point).Bind(2, from).Bind(3, to);
        windows.Clear();
        (at, passed, ended) = (0, Unknown, false);
    }

    /// <summary>Moves to the first window that starts from a time on; false when none does before another one.</summary>
    /// <remarks>Times that are asked for only ever rise.</remarks>
    public bool Find(long from, long before)
    {
        do
        {
            for (; at < windows.Count; at++)
            {
                if (windows[at].Start >= from) return windows[at].Start < before;
                passed = windows[at].End;
            }
        }
        while (Load(from));

        return false;
    }

    /// <summary>Whether it is known that no window lies between two times; the first is one that was asked for.</summary>
    public bool IsEmpty(long from, long to) => passed <= from && (at >= windows.Count || windows[at].Start >= to);

    public void Reset() => rows.Reset();

    public void Dispose() => rows.Dispose();

    private bool Load(long from)
    {
        windows.Clear();
        at = 0;
        while (!ended)
        {
            if (!rows.Step())
            {
                ended = true;
            }
            else if (rows.Int64(1) > from)
            {
                RollupFormat.Unpack(rows.Bytes(2), windows);
                return true;
            }
            else
            {
                passed = Unknown;
            }
        }

        return false;
    }
}
