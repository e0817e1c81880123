using Microsoft.Extensions.Logging;
using Plantroom.Alerts.Alarms;
using Plantroom.Alerts.LifeCycle;
using Plantroom.Alerts.Rules;
using Plantroom.Alerts.Storage;

namespace Plantroom.Alerts.Rain;

/// <summary>
/// Works out the rain warning of each site and keeps one flood-warning alarm per site in step with it. After downtime the minutes in
/// between are made up for from the stored readings, so that the colour is the one that would stand had the system been up.
/// </summary>
internal sealed partial class RainWarnings(
    RuleSource rules, IHistory history, AlarmDesk desk, RainStore store, TimeProvider time, ILogger<RainWarnings> logger)
    : IRainWarnings, IDisposable
{
    private const int MostSteps = 60;
    private static readonly TimeSpan ShortestStep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestReplay = TimeSpan.FromDays(1);

    private readonly SemaphoreSlim gate = new(1);
    private volatile IReadOnlyList<RainWarning> current = [];
    private bool isAway;

    public IReadOnlyList<RainWarning> Current => current;

    public void Dispose() => gate.Dispose();

    /// <summary>Shows the state from before the start, until the first update.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (rules.Current is not { Set.Rain: { } table, Facility: { } facility }) return;
        var rows = await store.LoadAsync(cancellationToken);
        current = [.. rows.Values.Where(r => table.GaugesOf(facility, r.Site).Count > 0).Select(Warning)];
    }

    /// <summary>
    /// Brings all sites up to now. While the store of readings cannot be asked they stay as they are; later the minutes in between are made up
    /// for.
    /// </summary>
    public async Task UpdateAsync(CancellationToken cancellationToken)
    {
        await desk.Loaded.WaitAsync(cancellationToken);
        await gate.WaitAsync(cancellationToken);
        try
        {
            var warnings = new List<RainWarning>();
            if (rules.Current is { Set.Rain: { } table, Facility: { } facility })
            {
                var rows = await store.LoadAsync(cancellationToken);
                foreach (var site in facility.Sites)
                {
                    var gauges = table.GaugesOf(facility, site.Id);
                    if (gauges.Count == 0) continue;
                    warnings.Add(Warning(await UpdateAsync(table, site.Id, gauges, rows.GetValueOrDefault(site.Id), cancellationToken)));
                }
            }

            current = warnings;
            if (isAway) LogAgain();
            isAway = false;
        }
        catch (HistoryUnavailableException e)
        {
            if (!isAway) LogAway(e.Message);
            isAway = true;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<RainRow> UpdateAsync(
        RainTable table, string site, IReadOnlyList<Equipment> gauges, RainRow? before, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var criteria = table.CriteriaOf(site);
        var points = gauges.Select(g => g.Id.Point(table.Point)).ToList();
        var row = before ?? new RainRow { Site = site };
        var colour = row.Colour;
        foreach (var at in Steps(before?.EvaluatedAt, now))
        {
            var state = new RainState(row.Colour, row.BelowSince);
            var sums = await SumsAsync(points, at, table.MaxAge, cancellationToken);
            state = sums is { } known ? state.Next(RainState.Derive(known, criteria), at, table.Hold) : state.Unknown();
            (row.Colour, row.BelowSince, row.EvaluatedAt) = (state.Colour, state.BelowSince, at);
            if (sums is { } told) (row.SummedAt, row.Sum3h, row.Sum6h, row.Sum12h) = (at, told.Hours3, told.Hours6, told.Hours12);
        }

        // The alarm first: when the row is not written after it, the next run works out the same again and finds the alarm as it is to be.
        await desk.WarnAsync(Told(table, criteria, gauges[0], points[0], row, row.Colour > colour), cancellationToken);
        await store.SaveAsync(row, before is null, cancellationToken);
        return row;
    }

    /// <summary>The moments to work out: now, and after downtime those since the last one, evenly spread.</summary>
    private static IEnumerable<DateTime> Steps(DateTime? last, DateTime now)
    {
        var gap = last is { } at && now > at ? now - at : TimeSpan.Zero;
        if (gap > LongestReplay) gap = LongestReplay;
        var step = gap / MostSteps > ShortestStep ? gap / MostSteps : ShortestStep;
        for (var left = gap - step; left >= step / 2; left -= step) yield return now - left;
        yield return now;
    }

    /// <summary>
    /// The sums at a moment, the largest of all gauges that have data then; null when none has. No data is not the same as no rain.
    /// </summary>
    private async Task<RainSums?> SumsAsync(
        IReadOnlyList<PointId> gauges, DateTime at, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        RainSums? largest = null;
        foreach (var gauge in gauges)
        {
            if (await SumsAsync(gauge, at, maxAge, cancellationToken) is { } sums)
                largest = largest is { } other ? RainSums.Max(other, sums) : sums;
        }

        return largest;
    }

    private async Task<RainSums?> SumsAsync(PointId gauge, DateTime at, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        var recent = await history.RawAsync(gauge, new(at - maxAge, at.AddMilliseconds(1)), cancellationToken);
        if (!recent.Any(static r => r.Quality.Level is not QualityLevel.Bad)) return null;

        var sums = new double?[RainSums.Windows.Count];
        for (var i = 0; i < sums.Length; i++)
        {
            var range = new TimeRange(at.AddHours(-RainSums.Windows[i]), at);
            sums[i] = await history.CounterIncreaseAsync(gauge, range, cancellationToken);
        }

        return sums is [{ } hours3, { } hours6, { } hours12] ? new RainSums(hours3, hours6, hours12) : null;
    }

    private static Warning Told(
        RainTable table, IReadOnlyList<RainCriterion> criteria, Equipment gauge, PointId point, RainRow row, bool rose)
    {
        var sums = new RainSums(row.Sum3h, row.Sum6h, row.Sum12h);
        var own = criteria.Where(c => c.Colour == row.Colour).ToList();
        var deciding = own.Find(c => sums.Of(c.Hours) >= c.Sum) ?? own.FirstOrDefault();
        var message = table.Messages.GetValueOrDefault(row.Colour);
        return new(
            new(table.Rule, gauge.Id),
            point,
            message,
            rose,
            Math.Round(deciding is null ? sums.Hours12 : sums.Of(deciding.Hours), 1),
            deciding?.Sum,
            row.EvaluatedAt);
    }

    private static RainWarning Warning(RainRow row) =>
        new(row.Site, row.SummedAt ?? row.EvaluatedAt, row.Sum3h, row.Sum6h, row.Sum12h, row.Colour);

    [LoggerMessage(LogLevel.Warning, "Rain warnings stay as they are, as the stored readings cannot be asked: {Reason}. They are asked again each time")]
    private partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Information, "Rain warnings are brought up to date again")]
    private partial void LogAgain();
}
