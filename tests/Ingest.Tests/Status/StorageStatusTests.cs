using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Commit;
using Plantroom.Ingest.Delivery;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Status;
using Plantroom.Ingest.Tests.Http;
using Plantroom.TestKit;

namespace Plantroom.Ingest.Tests.Status;

public sealed class StorageStatusTests : IDisposable
{
    private const long Megabyte = 1024 * 1024;
    private readonly Store store = new();
    private readonly ManualClock clock = new();
    private readonly InMemoryBus<ReadingBatch> bus = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly DeliveryMonitor delivery = new();
    private readonly IngestHealth health;
    private readonly IngestMetrics metrics;
    private readonly Overflow overflow;
    private readonly StorageGrowth growth;
    private readonly StorageStatusSource status;
    private long free = 10_000 * Megabyte;
    private int asked;

    public StorageStatusTests()
    {
        health = new(delivery);
        metrics = new(services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        overflow = new(bus, metrics, Options.Create(new IngestOptions()), clock, new Logs<HeldQueue>());
        growth = new(Data, store.Writer, clock);
        status = Source(growth);
    }

    private DataFolder Data => store.Folder;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        overflow.Dispose();
        metrics.Dispose();
        services.Dispose();
        store.Dispose();
    }

    [Fact]
    public void Current_TellsTheReadingsAndTheDisk_AskedAtMostOnceASecond()
    {
        Write(3000);
        for (var i = 0; i < 100; i++) Assert.Equal(("sqlite", 3000, free), (status.Current.Kind, status.Current.Bytes, status.Current.FreeBytes));
        Assert.Equal(1, asked);

        Write(4000);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((4000, 2), (status.Current.Bytes, asked));
        Assert.Null(status.Current.NotKeeping);
    }

    [Fact]
    public void Current_GrowingEvenly_TellsWhenReadingsAreNotKeptAnyMore()
    {
        store.Writer.Open();
        var growing = Source(growth, new());
        free = 200 * Megabyte;
        for (var day = 0; day <= 4; day++)
        {
            store.Write([.. Enumerable.Range(0, 5000).Select(i => Store.At(Store.Point("growing"), (day * 86_400) + i, 1))]);
            growth.Measure();
            Assert.Equal(day < 2, growing.Current.BytesPerDay is null);
            Assert.Equal(day < 2, growing.Current.FullAt is null);
            clock.Advance(TimeSpan.FromDays(1));
        }

        var perDay = growing.Current.BytesPerDay!.Value;
        Assert.Equal(100 * Megabyte / perDay, (growing.Current.FullAt!.Value - clock.Now).TotalDays, 0.01);
        clock.Advance(TimeSpan.FromSeconds(1));
        free = 99 * Megabyte;
        Assert.Equal(clock.Now, growing.Current.FullAt);
    }

    [Fact]
    public void Current_Growing_TellsWhenTheDiskIsFull_AlsoAfterARestart()
    {
        store.Writer.Open();
        free = 100 * Megabyte;
        growth.Measure();
        Assert.Null(status.Current.BytesPerDay);
        Assert.Null(status.Current.FullAt);
        Grow(2);

        var perDay = status.Current.BytesPerDay!.Value;
        Assert.InRange(perDay, 20_000, Megabyte);
        Assert.Equal(growth.BytesUsed, status.Current.Bytes);
        Assert.Equal(free / perDay, (status.Current.FullAt!.Value - clock.Now).TotalDays, 1.0);

        using var writer = new HistoryWriter(Data, new LastValues(), store.Options);
        store.Writer.Close();
        writer.Open();
        var later = new StorageGrowth(Data, writer, clock);
        later.Measure();

        Assert.Equal(perDay, Source(later).Current.BytesPerDay!.Value, 0.1 * perDay);
    }

    [Fact]
    public void Current_PagesThatBecameFree_AreRoomToo()
    {
        store.Writer.Open();
        growth.Measure();
        Grow(2);
        using (var connection = store.Connect())
        {
            SqliteFile.Run(connection, "DELETE FROM reading WHERE time_ms % 4000 = 0");
            SqliteFile.Run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        growth.Measure();
        free = 0;
        clock.Advance(TimeSpan.FromSeconds(1));

        var unused = new FileInfo(Data.History).Length - status.Current.Bytes;
        Assert.True(unused >= 0);
        Assert.Equal(unused / status.Current.BytesPerDay!.Value, (status.Current.FullAt!.Value - clock.Now).TotalDays, 0.01);
    }

    [Fact]
    public void Current_NotGrowing_HasNoDayOfBeingFull()
    {
        store.Writer.Open();
        Grow(3);
        growth.Measure();
        using (var connection = store.Connect()) SqliteFile.Run(connection, "DELETE FROM reading");
        clock.Advance(TimeSpan.FromDays(1));
        growth.Measure();

        Assert.True(status.Current.BytesPerDay < 0);
        Assert.Null(status.Current.FullAt);
    }

    [Fact]
    public void Current_RemoteStore_TellsOfTheSpoolAlone()
    {
        Write(3000);
        delivery.Current = new(null, 1000, 4096, clock.Now, 0);

        var current = Source(null).Current;

        Assert.Equal(4096, current.Bytes);
        Assert.Null(current.BytesPerDay);
        Assert.Null(current.FullAt);
    }

    [Fact]
    public async Task Current_StoreHangsWithReadingsWaiting_IsNotKeeping()
    {
        using var store = overflow.Subscribe("ingest", 4, WhenFull.Wait);
        await bus.PublishAsync(new(new[] { Store.At(Store.Point("hang"), 0, 1) }), Cancel);
        Assert.Null(status.Current.NotKeeping);

        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("the store has not answered for 10 s", status.Current.NotKeeping);
        health.Fails("locked");
        Assert.Equal("locked", status.Current.NotKeeping);
    }

    [Fact]
    public async Task Health_DeliveryFails_IsDegraded_StoringFails_IsUnhealthy()
    {
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(new(), Cancel)).Status);
        delivery.Current = new("connection refused", 1000, 4096, clock.Now, 3) { LimitBytes = 1 << 20 };

        var result = await health.CheckHealthAsync(new(), Cancel);
        Assert.Equal(HealthStatus.Degraded, result.Status);
        Assert.Contains("connection refused", result.Description, StringComparison.Ordinal);
        Assert.Equal((1000, 4096, 1 << 20, clock.Now, 3, "connection refused"), (
            status.Current.SpoolReadings, status.Current.SpoolBytes, status.Current.SpoolLimitBytes, status.Current.SpoolSince,
            status.Current.Refused, status.Current.NotDelivering));
        health.Fails("disk full");
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(new(), Cancel)).Status);
    }

    [Fact]
    public async Task Api_Storage_IsAsDocumented()
    {
        Assert.Contains(File.ReadAllText(Formats.Sample("storage.json")), Formats.Document("storage.md"), StringComparison.Ordinal);
        var sample = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Formats.Sample("storage.json")));
        var documented = JsonSerializer.Deserialize(sample, StorageJson.Answers.StorageStatus)!;
        Assert.True(JsonElement.DeepEquals(sample, JsonSerializer.SerializeToElement(documented, StorageJson.Answers.StorageStatus)));
        Assert.All(
            typeof(StorageStatus).GetProperties(),
            p => Assert.Contains($"`{JsonNamingPolicy.CamelCase.ConvertName(p.Name)}`", Formats.Document("storage.md"), StringComparison.Ordinal));

        await using var host = await IngestHost.StartAsync();

        var answer = await host.Http.GetFromJsonAsync<JsonElement>("/api/v1/storage", Cancel);

        Assert.Equal(
            ["bytes", "freeBytes", "kind", "refused", "spoolBytes", "spoolLimitBytes", "spoolReadings"],
            answer.EnumerateObject().Select(static p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal("sqlite", answer.GetProperty("kind").GetString());
        Assert.InRange(answer.GetProperty("freeBytes").GetInt64(), 1, long.MaxValue);
    }

    private StorageStatusSource Source(StorageGrowth? of, IngestOptions? options = null) =>
        new("sqlite", Data, Free, health, overflow, delivery, Options.Create(options ?? new() { MinFreeMegabytes = 0 }), clock, of);

    private void Grow(int days)
    {
        for (var day = 0; day < days; day++)
        {
            store.Write([.. Enumerable.Range(0, 4000).Select(i => Store.At(Store.Point("growing"), (day * 86_400) + i, 1))]);
            clock.Advance(TimeSpan.FromDays(1));
            growth.Measure();
        }
    }

    private void Write(long bytes)
    {
        using var file = File.Create(Data.History);
        file.SetLength(bytes);
    }

    private long Free()
    {
        asked++;
        return free;
    }
}
