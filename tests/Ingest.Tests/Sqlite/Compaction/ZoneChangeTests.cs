using Plantroom.Ingest.Sqlite.Backup;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Ingest.Tests.Sqlite;

/// <summary>The zone of a site was wrong in its model, and is put right while its days are stored already.</summary>
public sealed class ZoneChangeTests : IDisposable
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    private readonly Store store = new();
    private readonly FakeHistory model = new();
    private readonly PointId point = Store.Point("zone");

    public void Dispose() => store.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Days_ZoneChangedInBetween_AreStillRight(bool toTheEast)
    {
        var (before, after) = toTheEast ? (NewYork, Shanghai) : (Shanghai, NewYork);
        Write(0, 10 * 1440);
        new Packer(store, before).Run(Store.Start.AddDays(10));
        await AssertAnsweredAsync();
        for (var day = 10; day < 14; day++)
        {
            Write(day * 1440, 1440);
            new Packer(store, after).Run(Store.Start.AddDays(day + 1));
            await AssertAnsweredAsync();
        }

        // Late ones: of a day with the old zone, of the day of the change, and of one with the new zone.
        foreach (var day in (double[])[3.3, 9.9, 10.2, 12.7]) Write((int)(day * 1440), 30);
        new Packer(store, after).Run(Store.Start.AddDays(14));
        await AssertAnsweredAsync();
        Assert.Empty(HistoryInspection.Problems(store.Folder.History));
        var days = StoredPoint.Of(store, point).Rollups[2];
        for (var i = 1; i < days.Count; i++) Assert.True(days[i - 1].End <= days[i].Start, "days overlap");
    }

    /// <summary>One a minute.</summary>
    private void Write(int first, int count)
    {
        var readings = Enumerable.Range(first, count).Select(i => Store.At(point, (i * 60) + (count < 100 ? 7 : 0), i % 977)).ToArray();
        store.Write(readings);
        model.Add(readings);
    }

    private async Task AssertAnsweredAsync()
    {
        foreach (var zone in (TimeZoneInfo[])[TimeZoneInfo.Utc, Shanghai, NewYork])
            foreach (var length in (string[])["1d", "1w", "1mo", "5h"])
            {
                Assert.True(WindowLength.TryParse(length, out var every));
                var request = new WindowRequest([point], new(Store.Start.AddDays(-9), Store.Start.AddDays(40)), every) { Zone = zone };
                var cancel = TestContext.Current.CancellationToken;
                Assert.Equal((await model.WindowsAsync(request, cancel))[0].Items, (await store.History.WindowsAsync(request, cancel))[0].Items);
            }
    }
}
