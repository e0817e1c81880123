using Plantroom.Ingest.Delivery;

namespace Plantroom.Ingest.Tests.Delivery;

/// <summary>
/// The store is away for half an hour while readings come in at a constant rate: all of them arrive afterwards, the live ones first, the
/// others paced. Scaled to a tenth of 5,000 readings/s, with a batch and a pace that are a tenth as well.
/// </summary>
public sealed class OutageTests : IDisposable
{
    private const int PerSecond = 500;
    private const int Replay = 2000;
    private const int Outage = 1800;
    private readonly SpoolRig rig = new(new() { BatchReadings = 500, ReplayReadingsPerSecond = Replay });
    private readonly List<(int Second, double[] Values)> arrived = [];
    private int second;
    private int seen;

    public void Dispose() => rig.Dispose();

    [Fact]
    public void Outage_OfHalfAnHour_IsReplayedLiveFirstAndPaced()
    {
        Run(10);
        rig.Fake.Answer = FakeReceiver.Away;
        Run(Outage);
        var back = second;
        rig.Fake.Answer = static (_, _) => Receipt.Taken;
        Run(31);
        var live = second;
        while (rig.Spool.Book.Readings > PerSecond) Run(10);
        var end = second;

        Assert.Equal(Enumerable.Range(0, (end - 2) * PerSecond).Select(static i => (double)i), rig.Fake.Values.TakeWhile(v => v < (end - 2) * PerSecond));
        Assert.All(arrived.Where(a => a.Second >= live), a => Assert.True(IsLive(a) || IsOfTheOutage(a, back), $"second {a.Second}: {a.Values[0]}"));
        for (var s = live; s < end - 1; s++)
            Assert.Contains(arrived, a => a.Second == s && IsLive(a));

        var backlog = arrived.Where(a => a.Second >= back && !IsLive(a)).ToList();
        Assert.Equal(backlog.SelectMany(static b => b.Values).Order(), backlog.SelectMany(static b => b.Values));
        Assert.All(Enumerable.Range(live, end - live - 10), s => Assert.InRange(backlog.Where(b => b.Second == s).Sum(static b => b.Values.Length), Replay * 3 / 4, Replay * 5 / 4));
        Assert.InRange(end - back, Outage * PerSecond / Replay, (Outage * PerSecond / Replay) + 60);
        Assert.InRange(new DirectoryInfo(rig.Folder).GetFiles().Sum(static f => f.Length), 0, 33 << 20);
    }

    [Fact]
    public void Outages_Several_LeaveSeveralOpenPartsThatASurvivingCursorKnows()
    {
        for (var outage = 0; outage < 3; outage++)
        {
            Run(5);
            rig.Fake.Answer = FakeReceiver.Away;
            Run(60);
            rig.Fake.Answer = static (_, _) => Receipt.Taken;
            while (rig.Monitor.Current.NotDelivering is not null) Run(1);
            Run(3);
        }

        Assert.True(SpoolCursor.Parse(File.ReadAllText(Path.Combine(rig.Folder, "cursor")))!.Open.Sum(static f => f.Count()) >= 3);
        var before = rig.Fake.Taken.Sum(static b => b.Length);
        var waiting = rig.Spool.Book.Readings;
        rig.Restart();
        Assert.InRange(rig.Spool.Book.Readings, waiting, waiting + (3 * (PerSecond + Replay)));
        rig.DeliverAll();

        Assert.Equal(Enumerable.Range(0, second * PerSecond).Select(static i => (double)i), rig.Fake.Values);
        Assert.InRange(rig.Fake.Taken.Sum(static b => b.Length), second * PerSecond, (second * PerSecond) + (3 * (PerSecond + Replay)));
        Assert.True(before + waiting >= second * PerSecond);
    }

    [Fact]
    public void Store_SlowerThanWhatComesIn_GetsTheNewestAndTheRestLater()
    {
        // It takes one batch of 500 in two seconds, and 500 readings come in a second.
        rig.Fake.Answer = (_, _) => seen++ < second / 2 ? Receipt.Taken : Receipt.NotNow("busy", TimeSpan.FromSeconds(1));
        Run(300);
        var newest = rig.Fake.Taken.TakeLast(20).SelectMany(static b => b).Max();
        Assert.InRange(newest, (second - 30) * PerSecond, second * PerSecond);
        rig.Fake.Answer = static (_, _) => Receipt.Taken;
        rig.DeliverAll();
        Assert.Equal(Enumerable.Range(0, second * PerSecond).Select(static i => (double)i), rig.Fake.Values);
    }

    /// <summary>Lets seconds pass, in each of which readings come in.</summary>
    private void Run(int seconds)
    {
        for (var i = 0; i < seconds; i++, second++)
        {
            for (var tenth = 0; tenth < 10; tenth++)
            {
                rig.Commit(SpoolRig.Readings((second * PerSecond) + (tenth * PerSecond / 10), PerSecond / 10));
                rig.Clock.Advance(TimeSpan.FromSeconds(0.1));
                var before = rig.Fake.Taken.Count;
                rig.Turns();
                arrived.AddRange(rig.Fake.Taken.Skip(before).Select(b => (second, b)));
            }
        }
    }

    /// <summary>Not older than the wait for a full batch and a turn.</summary>
    private static bool IsLive((int Second, double[] Values) batch) => batch.Values[0] >= (batch.Second - 2) * PerSecond;

    /// <summary>What came in until delivery had moved to the newest end: at most the longest pause after the store was back.</summary>
    private static bool IsOfTheOutage((int Second, double[] Values) batch, int back) => batch.Values[^1] < (back + 31) * PerSecond;
}
