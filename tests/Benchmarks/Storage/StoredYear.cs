using Microsoft.Extensions.Options;
using Plantroom.Ingest;
using Plantroom.Ingest.Sqlite;
using Plantroom.TestKit;

namespace Plantroom.Benchmarks.Storage;

/// <summary>A real store with 50 series of a year of quarter hours, filled and packed as the product does.</summary>
internal sealed class StoredYear : IDisposable
{
    private readonly TempFolder folder = new();

    public StoredYear()
    {
        var options = Options.Create(new IngestOptions());
        using (var fill = new QueryStore(new(folder.Path), new LastValues(), options))
        {
            foreach (var point in Points) fill.Add(point, Range.From, TimeSpan.FromMinutes(15), 365 * 96);
            fill.Pack(Range.To);
        }

        History = new(new(folder.Path), new LastValues(), options);
    }

    public static TimeRange Range { get; } = new(new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc), new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));

    public IReadOnlyList<PointId> Points { get; } = [.. Enumerable.Range(0, 50).Select(static i => PointId.Intern($"bench/stored-{i}/power"))];

    public SqliteHistory History { get; }

    public void Dispose()
    {
        History.Dispose();
        folder.Dispose();
    }
}
