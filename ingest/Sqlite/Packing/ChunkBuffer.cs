namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>The readings of a chunk, unpacked: one array each, used again for the next one.</summary>
internal sealed class ChunkBuffer
{
    /// <summary>How many readings.</summary>
    public int Count { get; set; }

    /// <summary>Stored times, rising.</summary>
    public long[] Times { get; set; } = [];

    public double[] Values { get; set; } = [];

    /// <summary><see cref="Quality.ToByte"/>.</summary>
    public byte[] Qualities { get; set; } = [];

    public void Clear() => Count = 0;

    public void Add(long time, double value, byte quality)
    {
        Reserve(Count + 1);
        (Times[Count], Values[Count], Qualities[Count]) = (time, value, quality);
        Count++;
    }

    /// <summary>Makes room for so many readings; what is in it stays.</summary>
    public void Reserve(int count)
    {
        if (Times.Length >= count) return;
        var room = Math.Max(count, Times.Length * 2);
        (var times, var values, var qualities) = (Times, Values, Qualities);
        Array.Resize(ref times, room);
        Array.Resize(ref values, room);
        Array.Resize(ref qualities, room);
        (Times, Values, Qualities) = (times, values, qualities);
    }
}
