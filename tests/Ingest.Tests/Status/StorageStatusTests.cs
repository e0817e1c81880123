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
    private readonly TempFolder folder = new();
    private readonly ManualClock clock = new();
    private readonly InMemoryBus<ReadingBatch> bus = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly DeliveryMonitor delivery = new();
    private readonly IngestHealth health;
    private readonly IngestMetrics metrics;
    private readonly Overflow overflow;
    private readonly StorageStatusSource status;
    private long free = 10_000 * Megabyte;
    private int asked;

    public StorageStatusTests()
    {
        health = new(delivery);
        metrics = new(services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        overflow = new(bus, metrics, Options.Create(new IngestOptions()), clock, new Logs<HeldQueue>());
        status = New(null);
    }

    private DataFolder Data => new(folder.Path);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        overflow.Dispose();
        metrics.Dispose();
        services.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Current_TellsTheFilesAndTheDisk_AskedAtMostOnceASecond()
    {
        Write(Data.History, 3000);
        Write(Data.History + "-wal", 500);
        for (var i = 0; i < 100; i++) Assert.Equal(("sqlite", 3500, free), (status.Current.Kind, status.Current.Bytes, status.Current.FreeBytes));
        Assert.Equal(1, asked);

        Write(Data.History, 4000);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((4500, 2), (status.Current.Bytes, asked));
        Assert.Null(status.Current.NotKeeping);
    }

    [Fact]
    public void Current_GrowingEvenly_TellsWhenReadingsAreNotKeptAnyMore()
    {
        using var store = new Store();
        store.Writer.Open();
        var growth = new StorageGrowth(store.Folder, store.Writer, clock);
        var growing = New(growth);
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
    public void Current_NotStoredHere_HasNoGrowthAndNoDayOfBeingFull() =>
        Assert.Equal((null, null), (status.Current.BytesPerDay, status.Current.FullAt));

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

    private StorageStatusSource New(StorageGrowth? growth) =>
        new("sqlite", Data, Free, health, overflow, delivery, Options.Create(new IngestOptions()), clock, growth);

    private static void Write(string path, long bytes)
    {
        using var file = File.Create(path);
        file.SetLength(bytes);
    }

    private long Free()
    {
        asked++;
        return free;
    }
}
