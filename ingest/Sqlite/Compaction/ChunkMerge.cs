using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Sqlite.Compaction;

/// <summary>Brings readings that came later into those of a chunk.</summary>
internal static class ChunkMerge
{
    /// <summary>Merges in the order of time; of two readings of one time the added one stays.</summary>
    public static void Merge(ChunkBuffer old, ChunkBuffer added, ChunkBuffer into)
    {
        into.Clear();
        into.Reserve(old.Count + added.Count);
        var (o, a) = (0, 0);
        while (o < old.Count || a < added.Count)
        {
            var takeAdded = o == old.Count || (a < added.Count && added.Times[a] <= old.Times[o]);
            if (!takeAdded)
            {
                Copy(old, o++, into);
                continue;
            }

            if (o < old.Count && old.Times[o] == added.Times[a]) o++;
            Copy(added, a++, into);
        }
    }

    private static void Copy(ChunkBuffer from, int index, ChunkBuffer into) =>
        into.Add(from.Times[index], from.Values[index], from.Qualities[index]);
}
