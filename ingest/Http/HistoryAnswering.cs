using System.Text;
using Microsoft.AspNetCore.Http;
using Plantroom.Ingest.Rows;

namespace Plantroom.Ingest.Http;

/// <summary>Answers a valid question about known points, or says why the answer would be too large.</summary>
/// <param name="history">The store.</param>
/// <param name="facility">Knows the time zones of the sites.</param>
/// <param name="query">The question.</param>
/// <param name="isCsv">CSV, or JSON.</param>
/// <param name="most">How many rows the answer may have.</param>
internal sealed class HistoryAnswering(IHistory history, IFacilitySource facility, HistoryQuery query, bool isCsv, int most)
{
    private readonly HistoryReads reads = new(history);
    private readonly IReadOnlyList<PointId> points = [.. query.Names.Select(static n => PointId.TryFind(n, out var id) ? id : default)];

    public IResult Windows(WindowLength every)
    {
        var windows = points.Sum(p => Math.Min(WindowCount.Most(query.Range, every, Zone(p)), query.Limit ?? int.MaxValue));
        if (windows > most)
            return HistoryProblems.TooMuch("every", windows, most, "choose longer windows, a shorter range, fewer points or a limit" + OrCsv);
        var request = new WindowRequest(points, query.Range, every)
        {
            Extras = query.Functions.Aggregate(WindowExtras.None, static (all, f) => all | f.Extra),
            State = query.State,
            Limit = query.Limit ?? int.MaxValue,
        };
        return Stream(reads.WindowsAsync(request, Zone), new WindowRows(query.Functions));
    }

    public IResult Samples(int count)
    {
        var samples = (long)count * points.Count;
        if (samples > most) return HistoryProblems.TooMuch("samples", samples, most, "choose fewer samples or points" + OrCsv);
        return Stream(reads.SamplesAsync(new(points, query.Range, count)), new SampleRows());
    }

    /// <summary>How many readings there are is not known before they are read: few are held until it is, many are broken off.</summary>
    public async Task<IResult> ReadingsAsync(CancellationToken cancellationToken)
    {
        var found = reads.ReadingsAsync(points, query.Range, query.Limit ?? int.MaxValue);
        if (isCsv || (long)(query.Limit ?? int.MaxValue) * points.Count <= most) return Stream(found, new ReadingRows());
        var held = new List<PointHistory<Reading>>();
        var left = most;
        try
        {
            await foreach (var piece in found.WithCancellation(cancellationToken))
            {
                held.Add(piece);
                left -= piece.Items.Count;
                if (left < 0) return HistoryProblems.TooMuch("every", null, most, "ask for windows, for example 15min, a shorter range or a limit" + OrCsv);
            }
        }
        catch (Exception e) when (StoreAway.Is(e, cancellationToken))
        {
            return HistoryProblems.Away();
        }

        return Stream(held.ToAsyncEnumerable(), new ReadingRows());
    }

    private string OrCsv => isCsv ? "" : ", or for format=csv";

    private TimeZoneInfo Zone(PointId point) => query.Zone ?? facility.Current.FindSite(point.Site)?.TimeZone ?? TimeZoneInfo.Utc;

    private HistoryStream<T> Stream<T>(IAsyncEnumerable<PointHistory<T>> found, RowShape<T> shape) =>
        new(found, shape, isCsv ? new CsvRows(shape.Columns) : new JsonRows(shape.Member, query.Several, About()), most);

    private List<(string Name, string Value)> About()
    {
        var about = new List<(string, string)> { ("from", Time(query.Range.From)), ("to", Time(query.Range.To)) };
        if (query.Every is { } every) about.Add(("every", every.ToString()));
        if (query.ZoneName is { } zone) about.Add(("tz", zone));
        return about;
    }

    private static string Time(DateTime utc)
    {
        Span<byte> text = stackalloc byte[RowTime.MaxLength];
        return Encoding.ASCII.GetString(text[..RowTime.Write(utc, text)]);
    }
}
