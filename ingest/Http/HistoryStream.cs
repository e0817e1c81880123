using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Plantroom.Ingest.Rows;

namespace Plantroom.Ingest.Http;

/// <summary>
/// An answer that is sent while it is read. As long as nothing was sent, a store that is away is told with 503; later on the connection is
/// broken off, so that nobody takes a part for the whole.
/// </summary>
/// <param name="pieces">What was found.</param>
/// <param name="shape">What of it is told.</param>
/// <param name="rows">In which form.</param>
/// <param name="most">How many rows may be sent.</param>
internal sealed partial class HistoryStream<T>(IAsyncEnumerable<PointHistory<T>> pieces, RowShape<T> shape, RowWriter rows, long most) : IResult
{
    private const int SendBytes = 64 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancel = httpContext.RequestAborted;
        try
        {
            await using var next = pieces.GetAsyncEnumerator(cancel);
            var any = await next.MoveNextAsync();
            Head(httpContext.Response);
            if (await SendAsync(next, any, httpContext.Response.BodyWriter, cancel)) return;
            LogTooLong(Logger(httpContext), most);
            httpContext.Abort();
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Nobody is there any more.
        }
        catch (Exception e) when (StoreAway.Is(e, cancel))
        {
            LogAway(Logger(httpContext), e.Message);
            if (httpContext.Response.HasStarted) httpContext.Abort();
            else await HistoryProblems.Away().ExecuteAsync(httpContext);
        }
    }

    private static ILogger Logger(HttpContext context) => context.RequestServices.GetRequiredService<ILogger<HistoryReads>>();

    private void Head(HttpResponse response)
    {
        var isCsv = rows is CsvRows;
        response.ContentType = isCsv ? "text/csv; charset=utf-8; header=present" : "application/json; charset=utf-8";
        response.Headers[HeaderNames.Vary] = HeaderNames.Accept;
        if (isCsv) response.Headers[HeaderNames.ContentDisposition] = "attachment; filename=history.csv";
    }

    /// <summary>False when there are more rows than may be sent.</summary>
    private async Task<bool> SendAsync(IAsyncEnumerator<PointHistory<T>> next, bool any, PipeWriter output, CancellationToken cancel)
    {
        rows.Begin();
        PointId? point = null;
        var left = most;
        for (; any; any = await next.MoveNextAsync())
        {
            var piece = next.Current;
            if (piece.Point != point)
            {
                if (point is not null) rows.EndPoint();
                point = piece.Point;
                rows.BeginPoint(piece.Point.ToString());
            }

            left -= piece.Items.Count;
            if (left < 0) return false;
            for (var i = 0; i < piece.Items.Count;)
            {
                i = WriteSome(piece.Items, i);
                if (rows.Buffer.Length >= SendBytes) await FlushAsync(output, cancel);
            }
        }

        if (point is not null) rows.EndPoint();
        rows.End();
        await FlushAsync(output, cancel);
        return true;
    }

    private int WriteSome(IReadOnlyList<T> items, int from)
    {
        for (; from < items.Count && rows.Buffer.Length < SendBytes; from++)
        {
            rows.BeginRow();
            shape.Write(rows, items[from]);
            rows.EndRow();
        }

        return from;
    }

    /// <summary>Waits for a client that reads slowly.</summary>
    private async Task FlushAsync(PipeWriter output, CancellationToken cancel)
    {
        await output.WriteAsync(rows.Buffer.Written, cancel);
        rows.Buffer.Clear();
        cancel.ThrowIfCancellationRequested();
    }

    [LoggerMessage(LogLevel.Warning, "An answer was broken off because it has more than {Most} rows, see Ingest:StreamLimit")]
    private static partial void LogTooLong(ILogger logger, long most);

    [LoggerMessage(LogLevel.Warning, "A question for history was not answered: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
