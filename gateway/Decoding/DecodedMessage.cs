namespace Plantroom.Gateway;

/// <summary>
/// What one message comes to while it is being read. Kept and used again by each thread, so that reading allocates nothing. It grows to
/// the largest message, which <c>Gateway:MaxValues</c> bounds.
/// </summary>
internal sealed class DecodedMessage
{
    private Reading[] readings = new Reading[16];
    private int count;
    private int[] seen = new int[16];
    private int generation;

    /// <summary>The readings so far.</summary>
    public Span<Reading> Readings => readings.AsSpan(0, count);

    /// <summary>The values that cannot be kept: where their names are in the payload and why.</summary>
    public List<RejectedValue> Rejected { get; } = [];

    /// <summary>How many values were read.</summary>
    public int Values => count + Rejected.Count;

    /// <summary>Begins with another message.</summary>
    /// <param name="points">How many points the equipment has.</param>
    public void Begin(int points)
    {
        count = 0;
        Rejected.Clear();
        if (seen.Length < points) Array.Resize(ref seen, points);
        if (++generation == int.MaxValue) ForgetSeen();
    }

    /// <summary>Marks a point as named; false when it was named before in this message.</summary>
    public bool FirstTime(PointRule point)
    {
        if (seen[point.Ordinal] == generation) return false;
        seen[point.Ordinal] = generation;
        return true;
    }

    public void Keep(PointId point, double value, Quality quality)
    {
        if (count == readings.Length) Array.Resize(ref readings, count * 2);
        readings[count++] = new(point, default, value + 0.0, quality); // + 0.0: no negative zero
    }

    private void ForgetSeen()
    {
        Array.Clear(seen);
        generation = 1;
    }
}

/// <summary>A value that cannot be kept.</summary>
/// <param name="NameStart">Where its name begins in the payload.</param>
/// <param name="NameLength">How many bytes of the payload the name has.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">What would be right.</param>
internal readonly record struct RejectedValue(int NameStart, int NameLength, RejectReason Reason, string Detail);
