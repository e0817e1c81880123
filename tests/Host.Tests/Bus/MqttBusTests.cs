using System.Diagnostics.Metrics;
using Plantroom.Mqtt;
using Plantroom.TestKit;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.Host.Tests;

/// <summary>What a bus promises only between processes; a process is a set of buses of its own.</summary>
public sealed class MqttBusTests(MosquittoFixture mosquitto) : IClassFixture<MosquittoFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly string id = MosquittoFixture.NewClientId();

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_Acknowledgements_AreCompletedWhenTheBrokerHasTheBatch()
    {
        await using var process = Process();
        var completed = 0;
        var owed = new Acknowledgement((_, token) => completed += (int)token, new(), 7);

        await process.Readings.PublishAsync(Numbered.Batch("a", 1, owed), Ending);
        await process.Readings.PublishAsync(new(default, new[] { owed }), Ending); // nothing to send, but somebody waits

        Assert.Equal(14, completed);
    }

    [Fact]
    public async Task Restart_SubscriberThatKeeps_GetsWhatItDidNotKeepAgain()
    {
        await using (var process = Process())
        {
            var ingest = process.Readings.Subscribe("ingest", 10, WhenFull.Wait, Finished.WhenKept);
            for (var i = 1; i <= 5; i++) await process.Readings.PublishAsync(Numbered.Batch("a", i), Ending);
            var taken = await TakeAsync(ingest, 5);
            taken[0].Kept();
            taken[1].Kept();
            taken[3].Kept(); // acknowledgements leave in order: it counts only together with the third
        }

        await using (var process = Process())
        {
            var ingest = process.Readings.Subscribe("ingest", 10, WhenFull.Wait, Finished.WhenKept);
            var again = await TakeAsync(ingest, 3);
            Assert.Equal([3, 4, 5], again.Select(static b => Numbered.Of(b).Number));
            foreach (var batch in again) batch.Kept();
        }

        await using var third = Process();
        var last = third.Readings.Subscribe("ingest", 10, WhenFull.Wait, Finished.WhenKept);
        await third.Readings.PublishAsync(Numbered.Batch("a", 6), Ending);
        Assert.Equal(6, Numbered.Of((await TakeAsync(last, 1))[0]).Number);
    }

    [Fact]
    public async Task Restart_SubscriberThatTakesOneAfterTheOther_GetsTheOneItWasAtAgain()
    {
        await using (var process = Process())
        {
            var alerts = process.Readings.Subscribe("alerts", 10, WhenFull.Wait);
            for (var i = 1; i <= 4; i++) await process.Readings.PublishAsync(Numbered.Batch("a", i), Ending);
            await TakeAsync(alerts, 2);
        }

        await using var again = Process();
        var rest = await TakeAsync(again.Readings.Subscribe("alerts", 10, WhenFull.Wait), 3);
        Assert.Equal([2, 3, 4], rest.Select(static b => Numbered.Of(b).Number));
    }

    [Fact]
    public async Task Publish_WhileASubscriberIsAway_ReachesItWhenItIsBack_AndAScreenOnlyWhatIsNew()
    {
        await using var publisher = Process("-publisher");
        await using (var process = Process())
        {
            process.Alarms.Subscribe("notify", 10, WhenFull.Wait);
            process.Alarms.Subscribe("screen", 10, WhenFull.DropOldest);
            await process.Alarms.PublishAsync(Numbered.Change("a", 1), Ending);
        }

        for (var i = 2; i <= 30; i++) await publisher.Alarms.PublishAsync(Numbered.Change("a", i), Ending);

        await using var back = Process();
        var screen = back.Alarms.Subscribe("screen", 10, WhenFull.DropOldest);
        var notify = back.Alarms.Subscribe("notify", 10, WhenFull.Wait);
        await back.Alarms.PublishAsync(Numbered.Change("a", 31), Ending);
        Assert.Equal(Enumerable.Range(1, 31), (await TakeAsync(notify, 31)).Select(static c => (int)c.Alarm.Id));
        Assert.Equal(31, (await TakeAsync(screen, 1))[0].Alarm.Id);
    }

    [Fact]
    public async Task Subscribe_Shared_SpreadsTheMessagesOverTheProcesses()
    {
        await using var first = Process("-1", ("Bus:Shared:0", "ingest"));
        await using var second = Process("-2", ("Bus:Shared:0", "ingest"));
        var (a, b) = (first.Readings.Subscribe("ingest", 5, WhenFull.Wait), second.Readings.Subscribe("ingest", 5, WhenFull.Wait));
        var all = first.Readings.Subscribe("alerts", 500, WhenFull.Wait);
        await second.Readings.PublishAsync(Numbered.Batch("b", 0), Ending); // both have subscribed
        var (ofA, ofB) = (CollectAsync(a), CollectAsync(b));

        for (var i = 1; i <= 200; i++) await first.Readings.PublishAsync(Numbered.Batch("a", i), Ending);
        Assert.Equal(201, (await TakeAsync(all, 201)).Count);
        first.Readings.Complete();
        second.Readings.Complete();

        var (numbersA, numbersB) = (await ofA, await ofB);
        Assert.Equal(Enumerable.Range(0, 201), numbersA.Concat(numbersB).Order());
        Assert.InRange(numbersA.Count, 1, 200);
    }

    [Fact]
    public async Task BrokerRestarts_InTheMiddle_NothingAcknowledgedIsLost()
    {
        await using var broker = await MosquittoBroker.StartAsync(["max_queued_messages 0"], Ending);
        await using var process = new Buses(broker.Port, id);
        var ingest = process.Readings.Subscribe("ingest", 8, WhenFull.Wait, Finished.WhenKept);
        var screen = process.Readings.Subscribe("screen", 1_000, WhenFull.DropOldest);
        var acknowledged = 0;
        var publishing = Task.Run(
            async () =>
            {
                for (var i = 1; i <= 2_000; i++)
                {
                    await process.Readings.PublishAsync(Numbered.Batch("a", i), Ending);
                    Volatile.Write(ref acknowledged, i);
                }
            },
            Ending);
        var numbers = new List<int>();
        var restarts = RestartAsync();

        while (numbers.Count == 0 || numbers.Max() < 2_000)
        {
            Assert.True(await ingest.WaitAsync(Ending).AsTask().WaitAsync(Patience, Ending));
            while (ingest.TryTake() is { } batch)
            {
                numbers.Add(Numbered.Of(batch).Number);
                batch.Kept();
            }
        }

        await publishing;
        await restarts;
        Assert.Equal(Enumerable.Range(1, 2_000), numbers.Distinct());
        await Eventually.True(() => Drained(screen) == 2_000, "the screen goes on as well", Ending);

        async Task RestartAsync()
        {
            foreach (var at in new[] { 300, 900, 1_400 })
            {
                await Eventually.True(() => Volatile.Read(ref acknowledged) >= at, $"{at} messages", Ending);
                await broker.RestartSavedAsync(Ending);
            }
        }
    }

    [Fact]
    public async Task Read_MessageWithBadLines_GoesOnWithTheGoodOnes()
    {
        await using var process = Process();
        var rejected = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "plantroom.bus.rejected" && instrument.Meter.Scope == process.Meters) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref rejected, count));
        listener.Start();
        var alerts = process.Readings.Subscribe("alerts", 1, WhenFull.Wait);
        await process.Readings.PublishAsync(Numbered.Batch("a", 1), Ending); // it has subscribed
        var foreign = new MosquittoClients(mosquitto.Port);

        await foreign.PublishAsync("plantroom/v1/readings/hq", "nonsense\nmore", 1, Ending);
        await foreign.PublishAsync("plantroom/v1/readings/hq", "m,equipment=a,site=hq number=2 1\nm,equipment=a number=3 1", 1, Ending);

        Assert.Equal([1, 2], (await TakeAsync(alerts, 2)).Select(static b => Numbered.Of(b).Number));
        Assert.Equal(3, Interlocked.Read(ref rejected));
    }

    [Fact]
    public async Task Subscribe_NameThatIsTaken_Throws_UntilTheOtherHasLeft()
    {
        await using var process = Process();
        var first = process.Readings.Subscribe("ingest", 1, WhenFull.Wait);

        Assert.Throws<InvalidOperationException>(() => process.Readings.Subscribe("ingest", 1, WhenFull.Wait));
        Assert.Throws<ArgumentException>(() => process.Alarms.Subscribe("ingest", 1, WhenFull.Wait, Finished.WhenKept));

        first.Dispose();
        var second = process.Readings.Subscribe("ingest", 1, WhenFull.Wait);
        await process.Readings.PublishAsync(Numbered.Batch("a", 1), Ending);
        Assert.Equal(1, Numbered.Of((await TakeAsync(second, 1))[0]).Number);
    }

    [Fact]
    public async Task Password_OfAFile_IsUsed_AndWithoutItPublishersAndSubscribersAreTold()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("users"), "", Ending);
        await using (var tool = MosquittoProcess.Start("mosquitto_passwd", ["-b", folder.File("users"), "bus", "secret 水"]))
            Assert.Equal(0, await tool.WaitForExitAsync(Ending));
        await File.WriteAllTextAsync(folder.File("password"), "secret 水\n", Ending);
        await using var broker = await MosquittoBroker.StartAsync(["allow_anonymous false", $"password_file {folder.File("users")}"], Ending);

        await using (var stranger = new Buses(broker.Port, id))
        {
            var subscription = stranger.Readings.Subscribe("ingest", 1, WhenFull.Wait);
            await Assert.ThrowsAsync<MqttException>(async () => await stranger.Readings.PublishAsync(Numbered.Batch("a", 1), Ending));
            await Assert.ThrowsAnyAsync<Exception>(async () => await subscription.WaitAsync(Ending));
        }

        await using var known = new Buses(broker.Port, id, ("Bus:Broker:UserName", "bus"), ("Bus:PasswordFile", folder.File("password")));
        await known.Readings.PublishAsync(Numbered.Batch("a", 1), Ending);
    }

    private static async Task<List<T>> TakeAsync<T>(IBusSubscription<T> subscription, int count)
        where T : class
    {
        var taken = new List<T>();
        while (taken.Count < count)
        {
            if (subscription.TryTake() is { } message) taken.Add(message);
            else Assert.True(await subscription.WaitAsync(Ending).AsTask().WaitAsync(Patience, Ending));
        }

        return taken;
    }

    private static async Task<List<int>> CollectAsync(IBusSubscription<ReadingBatch> subscription)
    {
        var numbers = new List<int>();
        await foreach (var batch in subscription.ReadAllAsync(Ending)) numbers.Add(Numbered.Of(batch).Number);
        return numbers;
    }

    private static int Drained(IBusSubscription<ReadingBatch> screen)
    {
        var last = 0;
        while (screen.TryTake() is { } batch) last = Numbered.Of(batch).Number;
        return last;
    }

    private Buses Process(string suffix = "", params (string Key, string Value)[] more) => new(mosquitto.Port, id + suffix, more);
}
