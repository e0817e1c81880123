using System.Diagnostics.CodeAnalysis;

namespace Plantroom.Ingest.Sqlite;

/// <summary>
/// The newest reading of every point in the store, in memory: screens ask for it far more often than the disk should be. The writer
/// fills it when it opens the store and keeps it after each commit. May be read from any thread.
/// </summary>
internal sealed class LastValues
{
    private readonly Lock gate = new();
    private Reading[] newest = [];

    /// <summary>False until the store was opened: what is not in here may still be on the disk.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Takes over what the store holds.</summary>
    public void Load(IEnumerable<Reading> stored)
    {
        lock (gate)
        {
            foreach (var reading in stored) Put(reading);
            IsComplete = true;
        }
    }

    /// <summary>Takes over what was committed: sorted by point and then by time.</summary>
    public void Update(ReadOnlySpan<Reading> committed)
    {
        lock (gate)
        {
            for (var i = 0; i < committed.Length; i++)
                if (i + 1 == committed.Length || committed[i + 1].Point != committed[i].Point)
                    Put(committed[i]);
        }
    }

    /// <summary>Takes over readings in any order.</summary>
    public void Observe(ReadOnlySpan<Reading> readings)
    {
        lock (gate)
            foreach (ref readonly var reading in readings)
                Put(reading);
    }

    /// <summary>Answers from memory; false when memory does not know everything yet.</summary>
    public bool TryGet(IReadOnlyCollection<PointId> points, [NotNullWhen(true)] out List<Reading>? readings)
    {
        readings = null;
        lock (gate)
        {
            if (!IsComplete) return false;
            readings = new(points.Count);
            foreach (var point in points)
                if (point.Index < newest.Length && newest[point.Index].Point == point && point != default)
                    readings.Add(newest[point.Index]);
            return true;
        }
    }

    /// <summary>What memory knows of points, complete or not.</summary>
    public List<Reading> Known(IEnumerable<PointId> points)
    {
        lock (gate)
            return [.. points.Where(p => p != default && p.Index < newest.Length && newest[p.Index].Point == p).Select(p => newest[p.Index])];
    }

    /// <summary>Every point that has a reading; false when memory does not know everything yet.</summary>
    public bool TryGetAll([NotNullWhen(true)] out List<Reading>? readings)
    {
        readings = null;
        lock (gate)
        {
            if (!IsComplete) return false;
            readings = [.. newest.Where(static r => r.Point != default)];
            return true;
        }
    }

    private void Put(in Reading reading)
    {
        var index = reading.Point.Index;
        if (index >= newest.Length) Array.Resize(ref newest, Math.Max(index + 1, newest.Length * 2));
        if (newest[index].Point == default || newest[index].Time <= reading.Time) newest[index] = reading;
    }
}
