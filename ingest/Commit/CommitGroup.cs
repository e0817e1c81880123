namespace Plantroom.Ingest.Commit;

/// <summary>
/// The batches that one transaction stores. Brings their readings into the order of the store's tree: by point, then by time, then by
/// arrival, so that neighbours are written together and the last write of a key wins. Its memory is used again for every commit.
/// </summary>
internal sealed class CommitGroup
{
    private readonly List<ReadingBatch> batches = [];
    private Reading[] ordered = [];
    private Arrival[] arrivals = [];
    private int[] starts = [];

    /// <summary>How many readings the batches hold.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there is nothing in it, not even a batch of acknowledgements only.</summary>
    public bool IsEmpty => batches.Count == 0;

    /// <summary>
    /// Whether it takes a further batch. Batches count as well as readings: those with acknowledgements only would otherwise be taken
    /// for as long as they come, and none of them be acknowledged.
    /// </summary>
    public bool HasRoom(int most) => Count < most && batches.Count < most;

    /// <summary>The batches in order of arrival.</summary>
    public IReadOnlyList<ReadingBatch> Batches => batches;

    public void Add(ReadingBatch batch)
    {
        batches.Add(batch);
        Count += batch.Readings.Length;
    }

    /// <summary>Completes what is owed for the batches, in order of arrival, and forgets them.</summary>
    public void Kept()
    {
        foreach (var batch in batches) batch.Kept();
        batches.Clear();
        Count = 0;
    }

    /// <summary>All readings in the order of the store.</summary>
    /// <param name="numbers">The store's number of each point by <see cref="PointId.Index"/>; all points have one.</param>
    /// <param name="highest">The highest number.</param>
    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<Reading> InStoreOrder(ReadOnlySpan<int> numbers, int highest)
    {
        Grow(ref ordered, Count);
        Grow(ref starts, highest + 2);
        Distribute(numbers, starts.AsSpan(0, highest + 2));
        var all = ordered.AsSpan(0, Count);
        for (var from = 0; from < all.Length;)
        {
            var length = RunLength(all[from..], out var inOrder);
            if (!inOrder) SortByTime(all.Slice(from, length));
            from += length;
        }

        return all;
    }

    /// <summary>A counting sort by point: two passes, whatever the order of arrival, and equal points stay in it.</summary>
    private void Distribute(ReadOnlySpan<int> numbers, Span<int> places)
    {
        places.Clear();
        foreach (var batch in batches)
            foreach (ref readonly var reading in batch.Readings)
                places[numbers[reading.Point.Index] + 1]++;
        for (var i = 1; i < places.Length; i++) places[i] += places[i - 1];
        foreach (var batch in batches)
            foreach (ref readonly var reading in batch.Readings)
                ordered[places[numbers[reading.Point.Index]]++] = reading;
    }

    private static int RunLength(ReadOnlySpan<Reading> readings, out bool inOrder)
    {
        inOrder = true;
        var length = 1;
        for (; length < readings.Length && readings[length].Point == readings[0].Point; length++)
            inOrder &= readings[length - 1].Time <= readings[length].Time;
        return length;
    }

    /// <summary>Late readings are rare, so this is not the path that the figures depend on.</summary>
    private void SortByTime(Span<Reading> run)
    {
        Grow(ref arrivals, run.Length);
        for (var i = 0; i < run.Length; i++) arrivals[i] = new(run[i], i);
        var sorted = arrivals.AsSpan(0, run.Length);
        sorted.Sort(default(ByTimeThenArrival));
        for (var i = 0; i < run.Length; i++) run[i] = sorted[i].Reading;
    }

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length) buffer = new T[Math.Max(length, buffer.Length * 2)];
    }

    private readonly record struct Arrival(Reading Reading, int Order);

    private readonly struct ByTimeThenArrival : IComparer<Arrival>
    {
        public int Compare(Arrival x, Arrival y)
        {
            var byTime = x.Reading.Time.CompareTo(y.Reading.Time);
            return byTime != 0 ? byTime : x.Order.CompareTo(y.Order);
        }
    }
}
