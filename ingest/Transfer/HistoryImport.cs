using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Commit;

namespace Plantroom.Ingest.Transfer;

/// <summary>
/// Takes readings into the store. A row of a point and a time that the store has replaces it, so that nothing is there twice however often a
/// file is taken. What is wrong with a row is told, and the next ones go on. Only for who has the data folder for himself.
/// </summary>
public sealed class HistoryImport
{
    /// <summary>Clocks differ, and a file may come from a place where they are wrong; what is further ahead is not a measurement.</summary>
    private static readonly TimeSpan MostAhead = TimeSpan.FromDays(1);

    private readonly IReadingKeeper keeper;
    private readonly IFacilitySource facility;
    private readonly IOptions<IngestOptions> options;
    private readonly TimeProvider clock;

    private HistoryImport(IReadingKeeper keeper, IFacilitySource facility, IOptions<IngestOptions> options, TimeProvider clock) =>
        (this.keeper, this.facility, this.options, this.clock) = (keeper, facility, options, clock);

    /// <summary>Whether what is taken is in the spool only, until the system runs and delivers it to the remote store.</summary>
    public bool WaitsForDelivery => options.Value.Store is StoreKind.Influx;

    /// <summary>Takes a file. Ended before its end, the same import goes on where it was: <c>FILE.resume</c> says where.</summary>
    /// <param name="request">What is to be taken.</param>
    /// <param name="path">The file.</param>
    /// <param name="refused">Hears of every row that is not taken.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellationToken">Ends it between two commits.</param>
    /// <returns>What was done, by the runs before, too.</returns>
    /// <exception cref="InvalidDataException">The file does not have the headings that it needs.</exception>
    /// <exception cref="SqliteException">The store cannot keep readings at the moment.</exception>
    /// <exception cref="IOException">The file cannot be read, or the store cannot keep readings at the moment.</exception>
    public ImportState FromFile(
        ImportRequest request, string path, Action<ImportFault> refused, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        var source = FormattableString.Invariant($"{request.Format} {request.KeepUnknown} {stream.Length} {File.GetLastWriteTimeUtc(path):O}");
        var resume = new StateFile<ImportState>(path + ".resume", TransferJson.Default.ImportState);
        var state = resume.Load() is { } saved && saved.Source == source ? saved : ImportState.Of(source);
        var run = Run(request, stream, state, refused);
        run.Reached = s =>
        {
            resume.Save(s);
            progress?.Report(new((double)s.Bytes / stream.Length, s.Taken));
        };
        var done = Take(run, cancellationToken);
        resume.Delete();
        return done;
    }

    /// <summary>Takes a stream.</summary>
    /// <inheritdoc cref="FromFile"/>
    public ImportState FromStream(
        ImportRequest request, Stream stream, Action<ImportFault> refused, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var run = Run(request, stream, ImportState.Of(""), refused);
        run.Reached = s => progress?.Report(new(null, s.Taken));
        return Take(run, cancellationToken);
    }

    internal static HistoryImport Of(IServiceProvider services) => new(
        services.GetRequiredService<IReadingKeeper>(),
        services.GetRequiredService<IFacilitySource>(),
        services.GetRequiredService<IOptions<IngestOptions>>(),
        services.GetRequiredService<TimeProvider>());

    private ImportRun Run(ImportRequest request, Stream stream, ImportState state, Action<ImportFault> refused) =>
        new(request, stream, state, keeper, options.Value.MaxCommit, refused)
        {
            IsKnown = request.KeepUnknown ? null : p => facility.Current.Find(p) is not null,
            Latest = clock.GetUtcNow().UtcDateTime + MostAhead,
        };

    private ImportState Take(ImportRun run, CancellationToken cancellationToken)
    {
        keeper.Open();
        try
        {
            return run.Take(cancellationToken);
        }
        finally
        {
            keeper.Close();
        }
    }
}
