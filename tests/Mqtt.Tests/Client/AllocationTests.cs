using System.Text;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Client;

/// <summary>What a message costs the heap, over many. Bytes that come with a batch, not with a message, are allowed for.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests
{
    private const int Block = 10_000, WarmUp = 5 * Block, Measured = 20 * Block;

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    public async Task Messages_ToAHandler_AllocateNothingEach(MqttQos qos)
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync(configure: o => o.ReceiveMaximum = 65_535);
        await using var _ = client;
        using var __ = peer;
        long count = 0, before = 0;
        var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var subscribing = client.Client.SubscribeAsync("#", qos, Handle, TestContext.Current.CancellationToken);
        await peer.GrantAsync();
        await subscribing;
        var block = Messages(peer, qos);
        for (var i = 0; i < (WarmUp + Measured) / Block; i++)
        {
            await peer.SendAsync(block);
            if (qos != MqttQos.AtMostOnce) await peer.SkipAsync(Block * 4);
        }

        var allocated = await done.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.InRange(allocated / (double)Measured, 0, 2);

        ValueTask Handle(in MqttMessage message)
        {
            message.Acknowledgement.Complete();
            count++;
            if (count == WarmUp) before = GC.GetTotalAllocatedBytes(precise: true);
            if (count == WarmUp + Measured) done.SetResult(GC.GetTotalAllocatedBytes(precise: true) - before);
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task Publishes_OfQos1InAPipeline_AllocateLittle()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await TestClient.ConnectAsync(broker.Port);
        const int publishers = 100, each = 500;
        var payload = new byte[120];
        await PublishAsync();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await PublishAsync();

        // The broker works in the same process: its part is in it.
        var bytes = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)(publishers * each);
        Assert.InRange(bytes, 0, 100);

        async Task PublishAsync() => await Task.WhenAll(Enumerable.Range(0, publishers).Select(async _ =>
        {
            for (var i = 0; i < each; i++)
                await client.Client.PublishAsync(new MqttPublication("a/b", payload, MqttQos.AtLeastOnce), TestContext.Current.CancellationToken);
        }));
    }

    private static byte[] Messages(RawClient peer, MqttQos qos)
    {
        var payload = Encoding.ASCII.GetString(Enumerable.Repeat((byte)'x', 120).ToArray());
        using var all = new MemoryStream();
        for (var i = 0; i < Block; i++) all.Write(peer.Publish($"site/equipment-{i % 1000}/value", payload, qos, (ushort)(i + 1)));
        return all.ToArray();
    }
}
