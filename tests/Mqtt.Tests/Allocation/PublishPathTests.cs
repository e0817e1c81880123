using System.Diagnostics;
using System.Reflection;

namespace Plantroom.Mqtt.Tests.Allocation;

/// <summary>
/// What a million messages leave on the heap of the whole process, after some have warmed it up. The ends here are bare sockets whose
/// calls allocate nothing. No other test runs meanwhile.
/// </summary>
[Collection(nameof(Alone))]
public sealed class PublishPathTests
{
    private const int Messages = 1_000_000, WarmUp = 100_000;

    /// <summary>A buffer that is made anew now and then, and the clock's own work, are not what a message costs.</summary>
    private const double BytesEach = 1;

    private const int Rounds = 3;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Messages_ToANetworkSubscriber_AllocateNothing(int qos)
    {
        await using var broker = await TestBroker.StartAsync();
        using var subscriber = new BareSubscriber(broker.Port, qos);
        using var publisher = new BarePublisher(broker.Port, qos);
        AssertNothingAllocated(() => publisher.Publish(), subscriber.ReadBatch);
        Assert.Equal(0, broker.Broker.Statistics.Dropped);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Messages_ToAHandler_AllocateNothing(int qos)
    {
        await using var broker = await TestBroker.StartAsync();
        long handled = 0, expected = 0;
        using var subscription = await broker.SubscribeAsync("#", (in MqttMessage message) =>
        {
            message.Acknowledgement.Complete();
            Interlocked.Increment(ref handled);
            return ValueTask.CompletedTask;
        });
        using var publisher = new BarePublisher(broker.Port, qos);
        AssertNothingAllocated(() => publisher.Publish(), () =>
        {
            expected += BarePublisher.Batch;
            var waiting = default(SpinWait);
            while (Interlocked.Read(ref handled) < expected) waiting.SpinOnce();
        });
    }

    private static void AssertNothingAllocated(Action publish, Action untilReceived)
    {
        var build = typeof(MqttBroker).Assembly.GetCustomAttribute<DebuggableAttribute>();
        Assert.SkipWhen(build?.IsJITOptimizerDisabled == true, "What an async method allocates in a debug build says nothing.");
        Run(WarmUp, publish, untilReceived);

        // What a message costs, it costs in every round; what a buffer or another thread costs, not.
        Assert.InRange(Enumerable.Range(0, Rounds).Min(_ => BytesOfOne(publish, untilReceived)), 0, BytesEach);
    }

    private static double BytesOfOne(Action publish, Action untilReceived)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Run(Messages, publish, untilReceived);
        return (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / Messages;
    }

    private static void Run(int messages, Action publish, Action untilReceived)
    {
        for (var sent = 0; sent < messages; sent += BarePublisher.Batch)
        {
            publish();
            untilReceived();
        }
    }
}

/// <summary>Tests that measure the process as a whole.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
