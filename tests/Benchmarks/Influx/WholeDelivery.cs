using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Plantroom.Ingest;
using Plantroom.Ingest.Delivery;
using Plantroom.TestKit;
using Plantroom.TestKit.Fakes;
using Plantroom.TestKit.Influx;

namespace Plantroom.Benchmarks.Influx;

/// <summary>The ingest module as it ships: batches from the bus, durably into the spool, and from there to the server until nothing waits.</summary>
internal sealed class WholeDelivery(InfluxLoad load)
{
    public async Task RunAsync(InfluxServer server, string database)
    {
        using var folder = new TempFolder();
        using var host = Build(server, database, folder.Path);
        var bus = host.Services.GetRequiredService<IBus<ReadingBatch>>();
        await host.StartAsync();
        var kept = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Acknowledgement[] acknowledge =
        [
            new((_, _) =>
            {
                if (Interlocked.Increment(ref kept) == load.Batches.Count) all.TrySetResult();
            }, this, 0),
        ];
        foreach (var batch in load.Batches) await bus.PublishAsync(new(batch, acknowledge));
        await all.Task;
        var book = host.Services.GetRequiredService<Spool>().Book;
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (book.Readings > 0) await pause.WaitForNextTickAsync();
        bus.Complete();
        await host.StopAsync();
    }

    private static IHost Build(InfluxServer server, string database, string folder)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Ingest:Store"] = "influx",
            ["Influx:Url"] = server.Url.ToString(),
            ["Influx:Database"] = database,

            // What is measured is how fast, not how gently.
            ["Spool:ReplayReadingsPerSecond"] = "1000000000",
            ["Spool:BatchDelay"] = "00:00:00.010",
        });
        builder.Services.AddSingleton<IBus<ReadingBatch>, InMemoryBus<ReadingBatch>>();
        builder.Services.AddSingleton(new DataFolder(folder)).AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IFacilitySource>(new FakeFacilitySource(Facility.Empty));
        builder.Services.AddSingleton<ISystemAlarms>(new FakeSystemAlarms()).AddLogging();
        builder.AddIngest();
        return builder.Build();
    }
}
