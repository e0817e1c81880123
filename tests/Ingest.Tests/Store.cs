using Microsoft.Extensions.Options;
using Plantroom.Ingest;
using Plantroom.Ingest.Commit;
using Plantroom.Ingest.Sqlite;
using Plantroom.TestKit;

namespace Plantroom.Ingest.Tests;

/// <summary>A store in a folder of its own.</summary>
internal sealed class Store : IDisposable
{
    private readonly TempFolder temp = new();

    public Store(IngestOptions? options = null)
    {
        Options = Microsoft.Extensions.Options.Options.Create(options ?? new IngestOptions());
        Folder = new(temp.Path);
        Writer = new(Folder, Last, Options);
        History = new(Folder, Last, Options);
    }

    public static DateTime Start { get; } = new(2026, 6, 1, 8, 0, 0, DateTimeKind.Utc);

    public IOptions<IngestOptions> Options { get; }

    public DataFolder Folder { get; }

    public LastValues Last { get; } = new();

    public HistoryWriter Writer { get; }

    public SqliteHistory History { get; }

    public static PointId Point(string name) => PointId.Intern($"test/{name}/value");

    public static Reading At(PointId point, double seconds, double value, Quality quality = default) =>
        new(point, Start.AddSeconds(seconds), value, quality);

    public void Write(params Reading[] readings)
    {
        var group = new CommitGroup();
        group.Add(new ReadingBatch(readings));
        Writer.Commit(group);
    }

    /// <summary>Another connection, as another program would open it.</summary>
    public Microsoft.Data.Sqlite.SqliteConnection Connect()
    {
        var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Folder.History};Pooling=false;Default Timeout=1");
        connection.Open();
        return connection;
    }

    public long Count()
    {
        using var connection = Connect();
        return HistoryFile.Scalar(connection, "SELECT count(*) FROM reading");
    }

    public void Dispose()
    {
        Writer.Dispose();
        History.Dispose();
        temp.Dispose();
    }
}
