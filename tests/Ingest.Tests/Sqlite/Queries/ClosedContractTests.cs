using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Tests.Sqlite.Queries;

/// <summary>The store with a past that is packed now and then, up to any moment, so that later commits are partly late.</summary>
public abstract class ClosedContractTests : HistoryContract
{
    private readonly Store store = new();
    private readonly Random random = new(7);
    private readonly ClosedByHand packed;
    private readonly SqliteHistory history;

    protected ClosedContractTests()
    {
        store.Writer.Open();
        packed = new(store, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), random);
        history = new(store.Folder, new LastValues(), store.Options);
    }

    protected override IHistory History => history;

    /// <summary>Up to when a point is packed after a commit; null for not now.</summary>
    protected abstract DateTime? Before(IReadOnlyList<Reading> written, Random random);

    protected override void Write(params Reading[] readings)
    {
        packed.Write(readings);
        foreach (var group in readings.GroupBy(r => r.Point))
            if (Before([.. group.OrderBy(r => r.Time)], random) is { } before)
                packed.Close(group.Key, before);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        history.Dispose();
        store.Dispose();
    }
}

/// <summary>Nothing is left in rows but what came after the last commit.</summary>
public sealed class AllClosedContractTests : ClosedContractTests
{
    protected override DateTime? Before(IReadOnlyList<Reading> written, Random random) => written[^1].Time.AddMinutes(15);
}

/// <summary>Some of it is in chunks, some in rows.</summary>
public sealed class HalfClosedContractTests : ClosedContractTests
{
    protected override DateTime? Before(IReadOnlyList<Reading> written, Random random) =>
        random.Next(3) == 0 ? null : written[random.Next(written.Count)].Time.AddMinutes(random.Next(30));
}

/// <summary>Packed as the product does it.</summary>
public sealed class PackedContractTests : HistoryContract
{
    private readonly Store store = new();
    private readonly Random random = new(11);
    private readonly Packer packer;
    private readonly SqliteHistory history;

    public PackedContractTests()
    {
        store.Writer.Open();
        packer = new(store, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        history = new(store.Folder, new LastValues(), store.Options);
    }

    protected override IHistory History => history;

    protected override void Write(params Reading[] readings)
    {
        store.Write(readings);
        if (readings.Length > 0 && random.Next(3) > 0) packer.Run(readings.Max(r => r.Time).AddHours(random.Next(12)));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        history.Dispose();
        store.Dispose();
    }
}
