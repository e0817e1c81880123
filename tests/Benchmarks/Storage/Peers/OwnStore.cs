using Microsoft.Extensions.Options;
using Plantroom.Ingest;
using Plantroom.Ingest.Sqlite;
using Plantroom.TestKit;

namespace Plantroom.Benchmarks.Storage.Peers;

/// <summary>The embedded store, in this process; each commit is on the disk before the next.</summary>
internal sealed class OwnStore : IPeer
{
    private readonly TempFolder folder = new();
    private readonly QueryStore store;
    private readonly SqliteHistory history;

    public OwnStore()
    {
        var options = Options.Create(new IngestOptions());
        var last = new LastValues();
        store = new(new(folder.Path), last, options);
        history = new(new(folder.Path), last, options);
    }

    public string Name => "plantroom";

    public void Append(IEnumerable<Reading[]> batches) => store.Append(batches);

    /// <summary>As the chain does when batches wait: each commit takes several, as many as it may by default.</summary>
    public void AppendInGroups(IEnumerable<Reading[]> batches) => store.Append(batches, new IngestOptions().MaxCommit);

    public Task SettleAsync(DateTime end)
    {
        store.Pack(end);
        return Task.CompletedTask;
    }

    /// <summary>The pages in use; those that are free are used again and are told beside it.</summary>
    public long Bytes()
    {
        using var connection = HistoryFile.OpenReader(new DataFolder(folder.Path).History);
        return HistoryFile.Scalar(connection, "PRAGMA page_size")
            * (HistoryFile.Scalar(connection, "PRAGMA page_count") - HistoryFile.Scalar(connection, "PRAGMA freelist_count"));
    }

    public async Task<long> ExtremesAsync(PeerQuestion question) =>
        (await history.SampleAsync(new(question.Points, question.Range, 1000))).Sum(static p => (long)p.Items.Count);

    public async Task<long> AllAsync(PeerQuestion question)
    {
        var count = 0L;
        foreach (var point in question.Points)
            await foreach (var block in history.ReadAsync(point, question.Range))
                count += block.Count;
        return count;
    }

    public async Task<long> HoursAsync(PeerQuestion question) =>
        (await history.WindowsAsync(new WindowRequest(question.Points, question.Range, new(1, WindowUnit.Hour)))).Sum(static p => (long)p.Items.Count);

    public async Task<long> NewestAsync(PeerQuestion question) => (await history.LastAsync([.. question.Points])).Count;

    public ValueTask DisposeAsync()
    {
        store.Dispose();
        history.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
