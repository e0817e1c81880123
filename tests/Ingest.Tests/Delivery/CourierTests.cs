using Microsoft.Extensions.Logging;
using Plantroom.Ingest.Delivery;

namespace Plantroom.Ingest.Tests.Delivery;

public sealed class CourierTests : IDisposable
{
    private readonly SpoolRig rig = new(new() { BatchReadings = 500, ReplayReadingsPerSecond = 2000 });

    public void Dispose() => rig.Dispose();

    [Fact]
    public void Batch_Full_GoesAtOnce()
    {
        rig.Commit(SpoolRig.Readings(0, 500));
        rig.Turns();
        Assert.Equal(500, Assert.Single(rig.Fake.Taken).Length);
    }

    [Fact]
    public void Answer_ThatWakes_IsFoundByTheTurnThatFollows()
    {
        var asked = new AskedReceiver();
        using var slow = new SpoolRig(receiver: asked);
        slow.Commit(SpoolRig.Readings(0, 5000));
        slow.Courier.Turn(SpoolRig.Cancel);
        Assert.Equal(1, slow.Courier.OnTheWay);
        slow.Courier.Wake = () => slow.Courier.Turn(SpoolRig.Cancel);

        asked.Answer.SetResult(Receipt.Taken);

        Assert.Equal((0, 0), (slow.Courier.OnTheWay, slow.Spool.Book.Readings));
    }

    [Fact]
    public void Batch_NotFull_WaitsForItsTime()
    {
        rig.Commit(SpoolRig.Readings(0, 499));
        Assert.Equal(TimeSpan.FromSeconds(1), rig.Turns());
        rig.Clock.Advance(TimeSpan.FromMilliseconds(999));
        rig.Turns();
        Assert.Empty(rig.Fake.Taken);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        rig.Turns();
        Assert.Equal(499, Assert.Single(rig.Fake.Taken).Length);
    }

    [Fact]
    public void Batches_OfSmallCommits_AreFilled()
    {
        for (var i = 0; i < 1200; i++) rig.Commit(SpoolRig.Readings(i, 1));
        rig.Turns();
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        rig.Turns();
        Assert.Equal([500, 500, 200], rig.Fake.Taken.Select(static b => b.Length));
    }

    [Fact]
    public void Store_Away_IsAskedLessAndLessOftenAndNeverInALoop()
    {
        rig.Fake.Answer = FakeReceiver.Away;
        rig.Commit(SpoolRig.Readings(0, 500));
        var pauses = new List<double>();
        for (var i = 1; i <= 12; i++)
        {
            var before = rig.Clock.Now;
            for (var wait = rig.Turns(); rig.Fake.Attempts < i; wait = rig.Turns()) rig.Clock.Advance(wait);
            pauses.Add((rig.Clock.Now - before).TotalSeconds);
            for (var turn = 0; turn < 10; turn++) rig.Turns();
            Assert.Equal(i, rig.Fake.Attempts);
            Assert.Equal("it is away", rig.Monitor.Current.NotDelivering);
        }

        Assert.InRange(pauses[1], 0.5, 2.1);
        Assert.InRange(pauses[11], 15, 31.1);
        Assert.Single(rig.Logs.From(LogLevel.Warning));

        rig.Fake.Answer = static (_, _) => Receipt.Taken;
        rig.DeliverAll();
        Assert.Null(rig.Monitor.Current.NotDelivering);
        Assert.Equal(500, rig.Fake.Values.Count());
        Assert.Single(rig.Logs.From(LogLevel.Information), static l => l.Text == "Readings are delivered again");
    }

    [Theory]
    [InlineData(12, 12)]
    [InlineData(100_000, 300)]
    public void Store_ThatAsksForTime_GetsItWithinReason(int asked, int given)
    {
        rig.Fake.Answer = (_, _) => Receipt.NotNow("busy", TimeSpan.FromSeconds(asked));
        rig.Commit(SpoolRig.Readings(0, 500));
        rig.Turns();
        rig.Clock.Advance(TimeSpan.FromSeconds(given - 0.001));
        rig.Turns();
        Assert.Equal(1, rig.Fake.Attempts);
        rig.Clock.Advance(TimeSpan.FromSeconds(0.001));
        rig.Turns();
        Assert.Equal(2, rig.Fake.Attempts);
    }

    [Fact]
    public void Lines_Refused_AreSetAsideWithTheReasonAndTheRestGoesOn()
    {
        rig.Fake.Answer = static (readings, lines) =>
            new(null, null, readings[0].Value < 500 ? [new(lines[..lines.Span.IndexOf((byte)'\n')], "field type conflict")] : []);
        rig.Commit(SpoolRig.Readings(0, 1000));
        rig.DeliverAll();

        var text = File.ReadAllLines(Assert.Single(Directory.GetFiles(Path.Combine(rig.Folder, "refused"))));
        Assert.StartsWith("# 2026-06-01T08:00:00Z field type conflict", text[0], StringComparison.Ordinal);
        Assert.Equal(2, rig.Fake.Taken.Count);
        Assert.StartsWith("equipment,equipment=", text[1], StringComparison.Ordinal);
        Assert.Equal(1, rig.Monitor.Current.Refused);
        Assert.Equal(0, rig.Monitor.Current.Readings);
    }

    [Fact]
    public void Lines_RefusedThatCannotBeSetAside_AreNotDropped()
    {
        rig.Fake.Answer = static (_, lines) => new(null, null, [new(lines[..lines.Span.IndexOf((byte)'\n')], "no")]);
        var folder = Path.Combine(rig.Folder, "refused");
        File.WriteAllText(folder, "in the way");
        rig.Commit(SpoolRig.Readings(0, 500));
        rig.Turns();
        Assert.Contains("cannot be set aside", rig.Monitor.Current.NotDelivering, StringComparison.Ordinal);
        Assert.Equal(500, rig.Monitor.Current.Readings);

        File.Delete(folder);
        rig.DeliverAll();
        Assert.True(Directory.Exists(folder));
        Assert.Null(rig.Monitor.Current.NotDelivering);
    }

    [Fact]
    public void Readings_OlderThanTheyMayBecome_AreRemovedAndCounted()
    {
        rig.Options.MaxAge = TimeSpan.FromHours(1);
        rig.Fake.Answer = FakeReceiver.Away;
        rig.Commit(SpoolRig.Readings(0, 700));
        rig.Turns();
        rig.Restart();
        rig.Clock.Advance(TimeSpan.FromMinutes(30));
        rig.Commit(SpoolRig.Readings(700, 300));
        rig.Turns();
        Assert.Equal(1000, rig.Monitor.Current.Readings);
        rig.Clock.Advance(TimeSpan.FromMinutes(31));
        rig.Turns();
        rig.Fake.Answer = static (_, _) => Receipt.Taken;
        rig.DeliverAll();

        Assert.Equal(Enumerable.Range(700, 300).Select(static i => (double)i), rig.Fake.Values);
        Assert.Single(rig.Logs.From(LogLevel.Error), static l => l.Text.Contains("700 readings", StringComparison.Ordinal));
    }

    [Fact]
    public void State_TellsWhatWaitsAndSinceWhen()
    {
        rig.Fake.Answer = FakeReceiver.Away;
        rig.Commit(SpoolRig.Readings(0, 500));
        var since = rig.Clock.Now;
        rig.Clock.Advance(TimeSpan.FromSeconds(7));
        rig.Commit(SpoolRig.Readings(500, 100));
        rig.Turns();
        Assert.Equal((600, since), (rig.Monitor.Current.Readings, rig.Monitor.Current.Since));
        Assert.InRange(rig.Monitor.Current.Bytes, 600 * 30, 600 * 100);
        rig.Fake.Answer = static (_, _) => Receipt.Taken;
        rig.DeliverAll();
        Assert.Equal((0, null), (rig.Monitor.Current.Readings, rig.Monitor.Current.Since));
    }

    /// <summary>Answers when it is told to.</summary>
    private sealed class AskedReceiver : ILineReceiver
    {
        public TaskCompletionSource<Receipt> Answer { get; } = new();

        public Task<Receipt> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken) => Answer.Task;
    }
}
