using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts.Evaluation;

/// <summary>What the engine did with readings of points that have rules. Readings of other points are not counted.</summary>
internal readonly record struct EngineCounts(long Evaluated, long Late, long OutOfOrder, long Bad);

/// <summary>
/// Turns readings and the passing of time into edges of conditions. Deterministic: equal inputs in equal order give equal edges, live
/// and in a back-test. Not for several threads.
/// </summary>
/// <param name="maxLateness">Readings that are older on arrival are history: they raise and clear nothing.</param>
/// <param name="lateSettle">
/// When nothing newer has come for so long, the newest late reading of a point is the last word of its device: it can begin an alarm.
/// </param>
internal sealed class Engine(TimeSpan maxLateness, TimeSpan lateSettle)
{
    /// <summary>Points whose newest reading came late and may still be overtaken by a newer one.</summary>
    private readonly List<PointTrack> holding = [];

    /// <summary>By <see cref="PointId.Index"/>: most points have no rule, and finding that out is one array read.</summary>
    private PointTrack?[] points = [];
    private Track[] tracks = [];
    private long evaluated;
    private long late;
    private long outOfOrder;
    private long bad;

    /// <summary>May be read from another thread; each number is exact, the four together are not.</summary>
    public EngineCounts Counts => new(
        Volatile.Read(ref evaluated), Volatile.Read(ref late), Volatile.Read(ref outOfOrder), Volatile.Read(ref bad));

    /// <summary>How many rules at equipment are being evaluated.</summary>
    public int TrackCount => tracks.Length;

    /// <summary>
    /// Takes over a set of rules. What has not changed goes on with its state; what has is judged anew by the last reading of its point.
    /// </summary>
    /// <param name="bound">The rules at their equipment.</param>
    /// <param name="remember">What is known of those that the engine has not met yet.</param>
    /// <param name="now">UTC.</param>
    /// <param name="edges">Takes the edges that follow at once.</param>
    /// <returns>The points of which no reading is known: to be primed.</returns>
    public IReadOnlyList<PointId> Bind(IReadOnlyList<BoundRule> bound, Func<RuleKey, Remembered> remember, DateTime now, List<Edge> edges)
    {
        var before = tracks.ToDictionary(static t => t.Bound.Key);
        var known = points;
        points = new PointTrack?[bound.Select(static b => b.Point.Index + 1).DefaultIfEmpty().Max()];
        var all = new List<Track>(bound.Count);
        foreach (var group in bound.GroupBy(static b => b.Point))
        {
            var index = group.Key.Index;
            var point = new PointTrack(group.Key, index < known.Length ? known[index] : null);
            points[index] = point;
            foreach (var rule in group) point.Tracks.Add(Carry(rule, point, before.GetValueOrDefault(rule.Key), remember, now, edges));
            all.AddRange(point.Tracks);
        }

        holding.Clear();
        holding.AddRange(points.OfType<PointTrack>().Where(static p => p.Held is not null));

        tracks = [.. all];
        return [.. points.OfType<PointTrack>().Where(static p => !p.Known).Select(static p => p.Id)];
    }

    /// <summary>Tells the last stored reading of a point, from before the start.</summary>
    public void Prime(in Reading reading)
    {
        if (Find(reading.Point) is not { Known: false } point || reading.Quality.Level is QualityLevel.Bad) return;
        point.Remember(reading, reading.Time, live: false);
        foreach (var track in point.Tracks) track.Prime(reading);
    }

    /// <summary>Evaluates readings in the order of their arrival.</summary>
    public void Apply(ReadOnlySpan<Reading> readings, DateTime now, List<Edge> edges)
    {
        var table = points;
        var oldest = now - maxLateness;
        foreach (ref readonly var reading in readings)
        {
            var index = reading.Point.Index;
            if ((uint)index < (uint)table.Length && table[index] is { } point) Apply(point, reading, oldest, now, edges);
        }
    }

    /// <summary>Lets time pass: delays end and silence becomes stale.</summary>
    public void Advance(DateTime now, List<Edge> edges)
    {
        if (holding.Count > 0) holding.RemoveAll(point => point.Held is null || Settle(point, now));
        foreach (var track in tracks) track.Advance(now, edges);
    }

    private static Track Carry(
        BoundRule rule, PointTrack point, Track? before, Func<RuleKey, Remembered> remember, DateTime now, List<Edge> edges)
    {
        if (before is not null && before.Bound.Condition == rule.Condition && before.Bound.Point == rule.Point)
        {
            before.Bound = rule;
            return before;
        }

        var track = Track.Of(rule, before is null ? remember(rule.Key) : new(before.Met, null), now);
        if (point.Known && track is ValueTrack)
        {
            if (point.Live) track.Observe(point.Last, now, edges);
            else track.Prime(point.Last);
        }

        return track;
    }

    private void Apply(PointTrack point, in Reading reading, DateTime oldest, DateTime now, List<Edge> edges)
    {
        if (reading.Quality.Level is QualityLevel.Bad)
        {
            bad++;
        }
        else if (reading.Time < oldest)
        {
            late++;
            Hold(point, reading, now);
        }
        else if (point.Known && reading.Time < point.Last.Time && point.Arrived <= now)
        {
            // Not when our clock was set back: the times before that say nothing about the order.
            outOfOrder++;
        }
        else
        {
            evaluated++;
            point.Remember(reading, now, live: true);
            foreach (var track in point.Tracks) track.Observe(reading, now, edges);
        }
    }

    /// <summary>Keeps a late reading that is the newest of its point: a device that was cut off may have nothing newer to say.</summary>
    private void Hold(PointTrack point, in Reading reading, DateTime now)
    {
        if (point.Known && reading.Time <= point.Last.Time) return;
        if (point.Held is not { } held) holding.Add(point);
        else if (reading.Time < held.Time) return;
        point.Hold(reading, now);
    }

    private bool Settle(PointTrack point, DateTime now)
    {
        if (point.Held is not { } reading || now - point.HeldSince < lateSettle) return false;
        point.Remember(reading, reading.Time, live: false);
        foreach (var track in point.Tracks) track.Prime(reading);
        return true;
    }

    private PointTrack? Find(PointId id) => id.Index < points.Length ? points[id.Index] : null;

    /// <summary>A point with rules, its newest reading and whether that came live.</summary>
    private sealed class PointTrack(PointId id, PointTrack? before)
    {
        public PointId Id => id;

        public bool Known { get; private set; } = before?.Known ?? false;

        public bool Live { get; private set; } = before?.Live ?? false;

        public Reading Last { get; private set; } = before?.Last ?? default;

        /// <summary>By our clock; for a stored reading its own time stands for it.</summary>
        public DateTime Arrived { get; private set; } = before?.Arrived ?? default;

        /// <summary>A late reading that is newer than <see cref="Last"/>; null when there is none.</summary>
        public Reading? Held { get; private set; } = before?.Held;

        public DateTime HeldSince { get; private set; } = before?.HeldSince ?? default;

        public List<Track> Tracks { get; } = [];

        public void Hold(in Reading reading, DateTime now) => (Held, HeldSince) = (reading, now);

        public void Remember(in Reading reading, DateTime arrived, bool live)
        {
            Last = reading;
            Arrived = arrived;
            Known = true;
            Live = live;
            Held = null;
        }
    }
}
