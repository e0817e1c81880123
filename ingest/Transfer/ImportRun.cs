using Plantroom.Ingest.Commit;

namespace Plantroom.Ingest.Transfer;

/// <summary>One run of an import.</summary>
/// <param name="request">What is to be taken.</param>
/// <param name="stream">Where from, at its beginning.</param>
/// <param name="state">Where to go on.</param>
/// <param name="keeper">Where to; it is open.</param>
/// <param name="most">How many readings are kept together.</param>
/// <param name="refused">Hears of every row that is not taken.</param>
internal sealed class ImportRun(
    ImportRequest request, Stream stream, ImportState state, IReadingKeeper keeper, int most, Action<ImportFault> refused)
{
    private readonly ImportRows rows = ImportRows.Of(request);
    private readonly CommitGroup group = new();
    private readonly List<Reading> readings = [];
    private readonly Dictionary<ImportReason, long> faults = new(state.Refused);
    private long line = state.Lines;
    private long taken = state.Taken;

    /// <summary>Whether the site model has a point; null when that is not asked.</summary>
    public Func<PointId, bool>? IsKnown { get; init; }

    /// <summary>The latest time that is taken, UTC.</summary>
    public DateTime Latest { get; init; }

    /// <summary>Called when everything up to a place is kept.</summary>
    public Action<ImportState> Reached { get; set; } = static _ => { };

    public ImportState Take(CancellationToken cancellationToken)
    {
        var lines = new LineSource(stream);
        var before = Begin(ref lines);
        while (lines.TryRead(out var text, out var isTooLong))
        {
            line++;
            var first = readings.Count;
            var reason = isTooLong ? ImportReason.TooLong : rows.Read(text, readings);
            if (reason is { } wrong) Refuse(wrong);
            else Check(first);
            if (readings.Count >= most) Keep(before + lines.Position);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return Keep(before + lines.Position);
    }

    /// <summary>Reads the heading, and goes to where to go on.</summary>
    /// <returns>Where in the file the lines begin.</returns>
    private long Begin(ref LineSource lines)
    {
        if (rows.HasHeading)
        {
            lines.TryRead(out var heading, out _);
            if (rows.Begin(heading) is { } problem) throw new InvalidDataException(problem);
            if (state.Bytes == 0) line++;
        }

        if (state.Bytes == 0) return 0;
        stream.Seek(state.Bytes, SeekOrigin.Begin);
        lines = new(stream);
        return state.Bytes;
    }

    /// <summary>Looks at the readings of a line as the gateway looks at those of devices, and takes out what it would not let in.</summary>
    private void Check(int first)
    {
        var kept = first;
        for (var i = first; i < readings.Count; i++)
        {
            var reading = readings[i];
            if (reading.Time < DateTime.UnixEpoch || reading.Time > Latest) Refuse(ImportReason.Time);
            else if (IsKnown is not null && !IsKnown(reading.Point)) Refuse(ImportReason.Unknown);
            else readings[kept++] = reading with { Time = reading.Time.AddTicks(-(reading.Time.Ticks % TimeSpan.TicksPerMillisecond)) };
        }

        readings.RemoveRange(kept, readings.Count - kept);
    }

    private void Refuse(ImportReason reason)
    {
        faults[reason] = faults.GetValueOrDefault(reason) + 1;
        refused(new(line, reason));
    }

    private ImportState Keep(long bytes)
    {
        if (readings.Count > 0)
        {
            group.Add(new ReadingBatch(readings.ToArray()));
            keeper.Commit(group);
            group.Kept();
            taken += readings.Count;
            readings.Clear();
        }

        var reached = new ImportState(state.Source, bytes, line, taken, new Dictionary<ImportReason, long>(faults));
        Reached(reached);
        return reached;
    }
}
