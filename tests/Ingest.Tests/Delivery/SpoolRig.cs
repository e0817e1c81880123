using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Commit;
using Plantroom.Ingest.Delivery;
using Plantroom.Ingest.Sqlite;
using Plantroom.TestKit;

namespace Plantroom.Ingest.Tests.Delivery;

/// <summary>A spool in a folder of its own, with everything around it but the remote store; a restart makes all of it new on the same files.</summary>
internal sealed class SpoolRig : IDisposable
{
    private readonly TempFolder temp = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public SpoolRig(SpoolOptions? options = null, ILineReceiver? receiver = null)
    {
        Options = options ?? new();
        Data = new(temp.Path);
        Receiver = receiver ?? new FakeReceiver();
        Metrics = new(services.GetRequiredService<IMeterFactory>());
        Restart();
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public SpoolOptions Options { get; }

    public DataFolder Data { get; }

    public ILineReceiver Receiver { get; }

    public FakeReceiver Fake => (FakeReceiver)Receiver;

    public ManualClock Clock { get; } = new();

    public IngestMetrics Metrics { get; }

    public DeliveryMonitor Monitor { get; } = new();

    public LastValues Last { get; } = new();

    public Logs<Spool> SpoolLogs { get; } = new();

    public Logs<Courier> Logs { get; } = new();

    public Spool Spool { get; private set; } = null!;

    public SpoolKeeper Keeper { get; private set; } = null!;

    public Courier Courier { get; private set; } = null!;

    public string Folder => Path.Combine(temp.Path, "spool");

    public IReadOnlyList<string> Files => [.. Directory.GetFiles(Folder, "*.spool").Order(StringComparer.Ordinal)];

    /// <summary>As after a kill: nothing is closed or written down before.</summary>
    public void Restart()
    {
        Spool?.Dispose();
        var settings = Microsoft.Extensions.Options.Options.Create(Options);
        Spool = new(Data, settings, Microsoft.Extensions.Options.Options.Create(new IngestOptions { Durability = Durability.ProcessCrash }), Metrics, SpoolLogs);
        Keeper = new(Spool, Last, settings, Clock);
        Courier = new(Spool, Receiver, Monitor, Data, Metrics, settings, Clock, Logs);
        Keeper.Open();
    }

    /// <summary>Readings that are told apart by their values.</summary>
    public static Reading[] Readings(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(static i => Store.At(Store.Point($"spool{i % 7}"), i / 1000.0, i))];

    public void Commit(params Reading[] readings)
    {
        var group = new CommitGroup();
        group.Add(new ReadingBatch(readings));
        Keeper.Commit(group);
    }

    /// <summary>Takes turns until nothing is on its way, for a receiver that answers at once.</summary>
    /// <returns>When the next turn is due.</returns>
    public TimeSpan Turns()
    {
        TimeSpan wait;
        do wait = Courier.Turn(Cancel);
        while (Courier.OnTheWay > 0);
        return wait;
    }

    /// <summary>Lets time pass until everything is delivered.</summary>
    public void DeliverAll()
    {
        for (var i = 0; i < 10_000; i++)
        {
            Turns();
            if (Spool.Book.Readings == 0) return;
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Fail($"{Spool.Book.Readings} readings are still not delivered");
    }

    public void Dispose()
    {
        Spool.Dispose();
        Metrics.Dispose();
        services.Dispose();
        temp.Dispose();
    }
}
