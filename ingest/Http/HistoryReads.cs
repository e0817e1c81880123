using System.Runtime.CompilerServices;

namespace Plantroom.Ingest.Http;

/// <summary>
/// Asks the store in pieces, so that an answer of any size takes the memory of one of them. The pieces of a point come one after the
/// other, oldest first; each point has at least one, though it may be empty.
/// </summary>
internal sealed class HistoryReads(IHistory history)
{
    /// <summary>How many rows a piece has at most: of windows, some 8 MB.</summary>
    public const int PieceRows = 50_000;

    /// <summary>The readings of points, at most <paramref name="limit"/> of each.</summary>
    public async IAsyncEnumerable<PointHistory<Reading>> ReadingsAsync(
        IReadOnlyList<PointId> points, TimeRange range, int limit, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var point in points)
        {
            var read = 0;
            await foreach (var block in history.ReadAsync(point, range, cancellationToken))
            {
                IReadOnlyList<Reading> wanted = block.Count <= limit - read ? block : [.. block.Take(limit - read)];
                read += wanted.Count;
                yield return new(point, wanted);
                if (read == limit) break;
            }

            if (read == 0) yield return new(point, []);
        }
    }

    /// <summary>The windows of points, at most the request's limit of each.</summary>
    /// <param name="request">What is asked; its zone is not.</param>
    /// <param name="zone">The time zone of each point.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<PointHistory<HistoryWindow>> WindowsAsync(
        WindowRequest request, Func<PointId, TimeZoneInfo> zone, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var next = 0; next < request.Points.Count;)
        {
            var of = zone(request.Points[next]);
            var windows = WindowCount.Most(request.Range, request.Every, of);
            var room = (int)Math.Max(1, PieceRows / Math.Max(1, Math.Min(windows, request.Limit)));
            var points = request.Points.Skip(next).Take(room).TakeWhile(p => zone(p).Equals(of)).ToList();
            next += points.Count;
            var part = request with { Points = points, Zone = of };
            if (points.Count > 1 || windows <= PieceRows)
                foreach (var found in await history.WindowsAsync(part, cancellationToken)) yield return found;
            else
                await foreach (var found in SlicesAsync(part, cancellationToken)) yield return found;
        }
    }

    /// <summary>Samples of points.</summary>
    public async IAsyncEnumerable<PointHistory<Sample>> SamplesAsync(
        SampleRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var points in request.Points.Chunk(Math.Max(1, PieceRows / request.Count)))
            foreach (var found in await history.SampleAsync(request with { Points = points }, cancellationToken))
                yield return found;
    }

    /// <summary>The windows of one point, in slices that end where a window ends: each is then what it is in the whole range.</summary>
    private async IAsyncEnumerable<PointHistory<HistoryWindow>> SlicesAsync(
        WindowRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = request.Limit;
        foreach (var slice in WindowCount.Slices(request.Range, request.Every, request.Zone, PieceRows))
        {
            var found = (await history.WindowsAsync(request with { Range = slice, Limit = left }, cancellationToken))[0];
            yield return found;
            left -= found.Items.Count;
            if (left <= 0) yield break;
        }
    }
}
