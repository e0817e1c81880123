using Microsoft.Extensions.DependencyInjection;
using Plantroom.Ingest.Commit;

namespace Plantroom.Ingest.Transfer;

/// <summary>
/// Writes stored readings out: point by point in the order of their names, oldest first. For another program than the one that runs the
/// system, or for the same; readings that come in meanwhile may be there or not.
/// </summary>
public sealed class HistoryExport
{
    private readonly IHistory history;
    private readonly IFacilitySource facility;
    private readonly KnownPoints known;
    private readonly IReadingKeeper keeper;

    /// <summary>After how many bytes a file is put to the disk and its state is written. Default 32 MB.</summary>
    internal long SaveBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>After how many bytes in memory they are written. Default 1 MB.</summary>
    internal int WriteBytes { get; set; } = 1024 * 1024;

    private HistoryExport(IHistory history, IFacilitySource facility, KnownPoints known, IReadingKeeper keeper) =>
        (this.history, this.facility, this.known, this.keeper) = (history, facility, known, keeper);

    /// <summary>Brings a store that an older version has made up to date. Only for who has the data folder for himself.</summary>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">It could not be opened.</exception>
    /// <exception cref="IOException">It could not be opened.</exception>
    public void Prepare()
    {
        keeper.Open();
        keeper.Close();
    }

    /// <summary>Writes all of it to a stream.</summary>
    /// <returns>How many readings; null when no point is wanted.</returns>
    public async Task<long?> ToStreamAsync(
        ExportRequest request, Stream output, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var state = new ExportState("", request.Range.From, request.Range.To, 0, 0, null, request.Range.From);
        return (await WriteAsync(request, output, state, static _ => { }, progress, cancellationToken))?.Readings;
    }

    /// <summary>
    /// Writes all of it to a file, which is there under its name when it is complete. Ended before that, the same export goes on where it was.
    /// </summary>
    /// <param name="request">What is to be exported.</param>
    /// <param name="path">The file; what it had is replaced in the end.</param>
    /// <param name="asked">The request in the words of the caller.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many readings; null when no point is wanted.</returns>
    public async Task<long?> ToFileAsync(
        ExportRequest request, string path, string asked, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var file = new ExportFile(path, asked, SaveBytes);
        var state = file.Open(request.Range);
        var resumed = request with { Range = new(state.From, state.To) };
        var end = await WriteAsync(resumed, file.Stream, state, file.Reached, progress, cancellationToken);
        if (end is null) file.Discard();
        else file.Complete();
        return end?.Readings;
    }

    internal static HistoryExport Of(IServiceProvider services) => new(
        services.GetRequiredService<IHistory>(),
        services.GetRequiredService<IFacilitySource>(),
        services.GetRequiredService<KnownPoints>(),
        services.GetRequiredService<IReadingKeeper>());

    private async Task<ExportState?> WriteAsync(
        ExportRequest request,
        Stream output,
        ExportState state,
        Action<ExportState> reached,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        var points = await known.WhereAsync(request.IsWanted, cancellationToken);
        if (points.Count == 0) return null;
        var rows = ExportRows.Of(request.Format, facility);
        if (state.Bytes == 0) rows.Begin();
        for (var i = 0; i < points.Count; i++)
        {
            var name = points[i].ToString();
            var order = string.CompareOrdinal(name, state.Point);
            if (order < 0) continue;
            state = state with { Point = name, Next = order == 0 ? state.Next : request.Range.From };
            await foreach (var block in history.ReadAsync(points[i], request.Range with { From = state.Next }, cancellationToken))
            {
                rows.Add(points[i], block);
                state = state with { Readings = state.Readings + block.Count, Next = block[^1].Time.AddTicks(1) };
                if (rows.Buffer.Length >= WriteBytes) await FlushAsync();
                progress?.Report(new((i + Part(state, request.Range)) / points.Count, state.Readings));
            }
        }

        await FlushAsync();
        return state;

        async Task FlushAsync()
        {
            await output.WriteAsync(rows.Buffer.Written, cancellationToken);
            state = state with { Bytes = state.Bytes + rows.Buffer.Length };
            rows.Buffer.Clear();
            reached(state);
        }
    }

    private static double Part(ExportState state, TimeRange range) => (state.Next - range.From) / range.Length;
}
