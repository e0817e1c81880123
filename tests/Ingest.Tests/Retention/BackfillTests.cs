using Plantroom.Ingest.Retention;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Backup;
using Plantroom.Ingest.Tests.Sqlite;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Ingest.Tests.Retention;

/// <summary>Readings that arrive when they are older already than readings are kept.</summary>
public sealed class BackfillTests : IDisposable
{
    private const int Hours = 3 * 365 * 24;
    private static readonly DateTime Now = Store.Start;
    private static readonly KeptFor AsSet = new(TimeSpan.FromDays(90), TimeSpan.FromDays(3 * 366), TimeSpan.FromDays(3653), null);
    private static readonly string[] Lengths = ["15min", "1h", "1d", "1mo"];

    private readonly Store store = new();
    private readonly FakeHistory model = new();
    private readonly Packer packer;
    private readonly PointId point = Store.Point("backfill");

    public BackfillTests() => packer = new(store);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task ThreeYearsAtOnce_PackedAndRemovedInTurns_AreSummedUpBeforeTheyGo()
    {
        Write([.. Enumerable.Range(0, Hours).Select(OfHour)]);
        Remove();
        Assert.Equal(Hours, store.Count());

        for (var round = packer.Round(Now); !round.IsDone; Remove()) packer.Slice(round, readings: 1);

        await AssertAnsweredAsync();
        var left = await store.History.RawAsync(point, new(Now.AddYears(-4), Now.AddDays(1)), Cancel);
        Assert.InRange(left.Count, 90 * 24, (90 + 8) * 24);
        Assert.Empty(HistoryInspection.Problems(store.Folder.History));
    }

    [Fact]
    public async Task YearsInReverse_PackedAndRemovedBetween_AreAllAnswered()
    {
        for (var year = 2; year >= 0; year--)
        {
            Write([.. Enumerable.Range(year * 365 * 24, 365 * 24).Select(OfHour)]);
            packer.Run(Now);
            Remove();
            await AssertAnsweredAsync();
        }
    }

    [Fact]
    public async Task SameAgain_RawIsGone_ChangesNothing()
    {
        var all = Enumerable.Range(0, Hours).Select(OfHour).ToArray();
        Write(all);
        packer.Run(Now);
        Remove();
        store.Write(all);
        await AssertAnsweredAsync();
        packer.Run(Now);
        await AssertAnsweredAsync();
        Remove();
        await AssertAnsweredAsync();
        Assert.Empty(HistoryInspection.Problems(store.Folder.History));
    }

    [Fact]
    public async Task OneLateReading_RawIsGone_HidesNothingOfTheTimeAfterIt()
    {
        Write([.. Enumerable.Range(0, Hours).Select(OfHour)]);
        packer.Run(Now);
        Remove();

        // Later than the hour's only one, two years ago.
        var late = OfHour(8765) with { Time = OfHour(8765).Time.AddMinutes(20), Value = 5 };
        Write([late]);
        packer.Run(Now);
        await AssertAnsweredAsync();
        Remove();
        await AssertAnsweredAsync();
    }

    private Reading OfHour(int hour) => new(point, Now.AddHours(hour + 1 - Hours), hour % 1000);

    private void Write(Reading[] readings)
    {
        store.Write(readings);
        model.Add(readings);
    }

    private async Task AssertAnsweredAsync()
    {
        foreach (var length in Lengths)
        {
            Assert.True(WindowLength.TryParse(length, out var every));
            var request = new WindowRequest([point], new(Now.AddYears(-4), Now.AddDays(1)), every) { Extras = WindowExtras.Increase };
            Assert.Equal((await model.WindowsAsync(request, Cancel))[0].Items, (await store.History.WindowsAsync(request, Cancel))[0].Items);
        }
    }

    private void Remove()
    {
        var round = new RemovalRound(Now, static _ => AsSet);
        while (!round.IsDone) store.Writer.Upkeep(s => s.Removal.Run(round, 5000));
    }
}
