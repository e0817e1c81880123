namespace Plantroom.Ingest.Delivery;

/// <summary>Takes up the files of earlier runs.</summary>
internal static class SpoolRepair
{
    /// <summary>
    /// Learns what is in a file: from its seal, or, when it was being written as the process went down, from its records. Such a file is cut
    /// behind its last whole record and ended.
    /// </summary>
    /// <param name="segment">The file.</param>
    /// <param name="aside">Gets what is cut off, and what is no record.</param>
    public static void Load(SpoolSegment segment, Action<long, ReadOnlySpan<byte>> aside)
    {
        using var file = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        Span<byte> tail = stackalloc byte[SpoolSeal.Size];
        var read = RandomAccess.Read(file, tail, Math.Max(0, length - SpoolSeal.Size));
        if (!SpoolSeal.TryRead(tail[..read], length, out var seal))
        {
            var data = new byte[length];
            var there = data.AsSpan(0, RandomAccess.Read(file, data, 0));
            seal = SpoolScan.Of(there, Math.Min(SpoolSegment.Head.Length, there.Length)).Seal;
            if (seal.End < there.Length) aside(seal.End, there[(int)seal.End..]);
            RandomAccess.SetLength(file, seal.End);
            RandomAccess.Write(file, seal.ToBytes(), seal.End);
        }

        segment.Load(seal);
        segment.IsFinished = true;
    }

    /// <summary>Leaves of a file what was not delivered.</summary>
    public static void Apply(SpoolSegment segment, IEnumerable<Part> open)
    {
        segment.Undelivered.Remove(0, long.MaxValue);
        segment.Free.Remove(0, long.MaxValue);
        var data = File.ReadAllBytes(segment.Path).AsSpan(0, (int)segment.End);
        var waiting = 0L;
        foreach (var part in open)
        {
            var (from, to) = (Math.Max(part.From, SpoolSegment.Head.Length), Math.Min(part.To, segment.End));
            if (from >= to) continue;
            segment.Undelivered.Add(from, to);
            segment.Free.Add(from, to);
            waiting += SpoolScan.Of(data[..(int)to], (int)from).Seal.Readings;
        }

        segment.Waiting = waiting;
    }
}
