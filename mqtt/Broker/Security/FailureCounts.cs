namespace Plantroom.Mqtt.Broker.Security;

/// <summary>Failed logins by whatever they are counted by, and the pauses that follow from them. Not safe for threads.</summary>
internal sealed class FailureCounts(MqttLoginOptions options)
{
    /// <summary>About 2 MB at most. Beyond, those are forgotten first whose pause is over and whose last failure is the longest ago.</summary>
    public const int Maximum = 10_000;

    private readonly Dictionary<UInt128, Entry> entries = [];

    public int Count => entries.Count;

    public bool IsPaused(UInt128 key, DateTimeOffset now) => entries.TryGetValue(key, out var entry) && entry.PausedUntil > now;

    /// <summary>Whether it has failed a short while ago.</summary>
    public bool HasFailed(UInt128 key, DateTimeOffset now) => entries.TryGetValue(key, out var entry) && !IsOver(entry, now);

    /// <returns>How long the pause is that begins now; zero when none does.</returns>
    public TimeSpan Fail(UInt128 key, DateTimeOffset now)
    {
        if (!entries.TryGetValue(key, out var entry) || IsOver(entry, now))
        {
            if (entries.Count >= Maximum) MakeRoom(now);
            entries[key] = entry = new Entry();
        }

        while (entry.Failures.TryPeek(out var oldest) && now - oldest >= options.FailureWindow) entry.Failures.Dequeue();
        entry.Failures.Enqueue(now);
        entry.Last = now;
        if (entry.Failures.Count < options.MaximumFailures) return TimeSpan.Zero;
        entry.Failures.Clear();
        var pause = options.ShortestPause * Math.Pow(2, Math.Min(entry.Pauses++, 20));
        if (pause > options.LongestPause) pause = options.LongestPause;
        entry.PausedUntil = now + pause;
        return pause;
    }

    public void Forget(UInt128 key) => entries.Remove(key);

    /// <summary>After a time as long as the longest pause and the window, without a failure, everything is as at first.</summary>
    private bool IsOver(Entry entry, DateTimeOffset now)
    {
        var last = entry.PausedUntil > entry.Last ? entry.PausedUntil : entry.Last;
        return now - last >= options.LongestPause + options.FailureWindow;
    }

    private void MakeRoom(DateTimeOffset now)
    {
        foreach (var (key, entry) in entries)
        {
            if (IsOver(entry, now)) entries.Remove(key);
        }

        if (entries.Count < Maximum) return;
        var leastWorth = entries.OrderBy(e => e.Value.PausedUntil > now).ThenBy(static e => e.Value.Last).Take(Maximum / 10);
        foreach (var key in leastWorth.Select(static e => e.Key).ToArray()) entries.Remove(key);
    }

    private sealed class Entry
    {
        public Queue<DateTimeOffset> Failures { get; } = new();

        public DateTimeOffset Last { get; set; }

        public DateTimeOffset PausedUntil { get; set; }

        public int Pauses { get; set; }
    }
}
