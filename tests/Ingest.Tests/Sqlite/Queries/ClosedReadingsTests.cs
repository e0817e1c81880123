using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Tests.Sqlite.Queries;

/// <summary>Where readings are found that are in chunks, and what happens when they move there in between.</summary>
public sealed class ClosedReadingsTests : IDisposable
{
    private readonly Store store = new();
    private readonly ClosedByHand packed;
    private readonly PointId point = Store.Point("closed");

    public ClosedReadingsTests()
    {
        store.Writer.Open();
        packed = new(store, TimeZoneInfo.Utc, new Random(5));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task Raw_PackedBetweenBlocks_HasEveryReadingOnce()
    {
        var written = Enumerable.Range(0, 45_000).Select(i => Store.At(point, i, i)).ToArray();
        packed.Write(written);
        var (read, blocks) = (new List<Reading>(), 0);
        await foreach (var block in store.History.ReadAsync(point, new(Store.Start, Store.Start.AddDays(1)), Cancel))
        {
            read.AddRange(block);
            packed.Close(point, Store.Start.AddHours(3 * ++blocks));
        }

        Assert.InRange(blocks, 3, 5);
        Assert.Equal(written, read);
    }

    [Fact]
    public async Task Last_NoRows_IsInTheLastChunk()
    {
        packed.Write([.. Enumerable.Range(0, 9_000).Select(i => Store.At(point, i, i))]);
        packed.Close(point, Store.Start.AddDays(1));
        using var history = new SqliteHistory(store.Folder, new LastValues(), store.Options);
        Assert.Equal([Store.At(point, 8_999, 8_999)], await history.LastAsync([point], Cancel));
        Assert.Equal([Store.At(point, 8_999, 8_999)], await history.LastOfAllAsync(Cancel));
    }

    [Theory]
    [InlineData(5, 99)]
    [InlineData(8_999, -1)]
    [InlineData(9_500, -1)]
    public async Task Last_LateRow_IsTheNewestOnlyWhenItIsNotOlder(int second, double value)
    {
        packed.Write([.. Enumerable.Range(0, 9_000).Select(i => Store.At(point, i, i))]);
        packed.Close(point, Store.Start.AddDays(1));
        packed.Write(Store.At(point, second, value));
        using var history = new SqliteHistory(store.Folder, new LastValues(), store.Options);
        Assert.Equal([second < 8_999 ? Store.At(point, 8_999, 8_999) : Store.At(point, second, value)], await history.LastAsync([point], Cancel));
    }

    [Fact]
    public async Task Questions_ChunkThatIsDamaged_FailAndLeaveOthersAlone()
    {
        var other = Store.Point("closed-other");
        packed.Write([.. Enumerable.Range(0, 2_000).SelectMany(i => (Reading[])[Store.At(point, i, i), Store.At(other, i, i)])]);
        packed.Close(point, Store.Start.AddDays(1));
        using (var connection = store.Connect()) HistoryFile.Run(connection, "UPDATE chunk SET data = x'0102030405060708090A'");
        var range = new TimeRange(Store.Start, Store.Start.AddDays(1));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await store.History.RawAsync(point, range, Cancel));
        Assert.Equal(2_000, (await store.History.RawAsync(other, range, Cancel)).Count);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4 * 3600)]
    public async Task Samples_BadReadingBesideRollups_BeginAndEndWithTheFirstAndTheLastGoodOne(int second)
    {
        var bad = Quality.Bad(QualityReason.OutOfRange);
        packed.Write([.. Enumerable.Range(0, 4 * 3600).Select(i => Store.At(point, i, i % 7)), Store.At(point, second, 9, bad)]);
        packed.Close(point, Store.Start.AddDays(1));
        var request = new SampleRequest([point], new(Store.Start.AddSeconds(-1), Store.Start.AddSeconds((4 * 3600) + 1)), 10);
        var samples = (await store.History.SampleAsync(request, Cancel))[0].Items;
        Assert.Equal([new(Store.Start, 0), new(Store.Start.AddSeconds((4 * 3600) - 1), ((4 * 3600) - 1) % 7)], [samples[0], samples[^1]]);
    }

    [Fact]
    public async Task Samples_FewGoodReadingsAmongManyBadOnes_AreAllThere()
    {
        Reading Of(int i) => Store.At(point, i * 10, i % 13, i % 100 == 50 ? default : Quality.Bad(QualityReason.OutOfRange));
        packed.Write([.. Enumerable.Range(0, 4_000).Select(Of)]);
        packed.Close(point, Store.Start.AddHours(6));
        var request = new SampleRequest([point], new(Store.Start, Store.Start.AddDays(1)), 60);
        Assert.Equal(40, (await store.History.SampleAsync(request, Cancel))[0].Items.Count);
    }

    [Fact]
    public void Check_PackedStore_FindsNothing()
    {
        packed.Write(Store.At(point, 0, 1), Store.At(point, 1, 2));
        packed.Close(point, Store.Start.AddDays(1));
        Assert.Empty(new HistoryCheck(store.Folder).Check());
    }
}
