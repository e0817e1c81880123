using System.Buffers;
using System.IO.Pipelines;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Tests.Transport;

public sealed class ReceivePipeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(700)]
    [InlineData(1024)]
    [InlineData(5000)]
    [InlineData(70_000)]
    [InlineData(400_000)]
    public async Task Packets_OfAnySize_ComeWholeAndInOrder(int largest)
    {
        var random = new Random(largest);
        var packets = Enumerable.Range(0, 200).Select(_ => Packet(random, random.Next(1, largest + 1))).ToList();
        using var pipe = new ReceivePipe(new Pieces([.. packets.SelectMany(static p => p)], random, 90_000));
        foreach (var expected in packets) Assert.Equal(expected, await ReadAsync(pipe, expected.Length));
        Assert.True((await pipe.ReadAsync(TestContext.Current.CancellationToken)).IsCompleted);
        pipe.Complete();
    }

    [Fact]
    public async Task Reads_WhileLittleComes_AreSmallAndGrowOnlyWhenTheyAreFull()
    {
        var source = new Pieces(new byte[200_000], new Random(1), 200_000) { Sizes = new([100, 1024, 65_536, 3000, 10]) };
        using var pipe = new ReceivePipe(source);
        for (var i = 0; i < 5; i++) pipe.AdvanceTo((await pipe.ReadAsync(TestContext.Current.CancellationToken)).Buffer.End);
        Assert.Equal([1024, 1024, 65_536, 65_536, 1024], source.Asked);
        pipe.Complete();
    }

    [Fact]
    public async Task WhatWasNotLookedAt_IsThereAtOnce()
    {
        using var pipe = new ReceivePipe(new Pieces([1, 2, 3], new Random(1), 3) { Sizes = new([3]) });
        var first = (await pipe.ReadAsync(TestContext.Current.CancellationToken)).Buffer;
        pipe.AdvanceTo(first.GetPosition(1));
        Assert.True(pipe.TryRead(out var rest));
        Assert.Equal([2, 3], rest.Buffer.ToArray());
        pipe.AdvanceTo(rest.Buffer.Start, rest.Buffer.End);
        Assert.False(pipe.TryRead(out _));
        pipe.Complete();
    }

    [Fact]
    public async Task CancelPendingRead_EndsItAndKeepsWhatIsLeft()
    {
        using var pipe = new ReceivePipe(new Pieces([1, 2], new Random(1), 2) { Sizes = new([2]), ThenSilent = true });
        var first = await pipe.ReadAsync(TestContext.Current.CancellationToken);
        pipe.AdvanceTo(first.Buffer.Start, first.Buffer.End);
        var pending = pipe.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(pending.IsCompleted);
        pipe.CancelPendingRead();
        var result = await pending.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.True(result.IsCanceled);
        Assert.Equal([1, 2], result.Buffer.ToArray());
        Assert.True((await pipe.ReadAsync(TestContext.Current.CancellationToken)).IsCanceled);
    }

    private static byte[] Packet(Random random, int size)
    {
        var packet = new byte[size];
        random.NextBytes(packet);
        return packet;
    }

    /// <summary>Looks at everything and takes nothing until there is enough, as the packet loop does.</summary>
    private static async Task<byte[]> ReadAsync(PipeReader pipe, int size)
    {
        while (true)
        {
            var buffer = (await pipe.ReadAsync(TestContext.Current.CancellationToken)).Buffer;
            if (buffer.Length < size)
            {
                pipe.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            Assert.True(buffer.IsSingleSegment);
            var packet = buffer.Slice(0, size).ToArray();
            pipe.AdvanceTo(buffer.GetPosition(size));
            return packet;
        }
    }

    /// <summary>Gives what it has in pieces of random or given sizes, every third one from another thread.</summary>
    private sealed class Pieces(byte[] bytes, Random random, int largest) : MemoryStream(bytes)
    {
        public Queue<int>? Sizes { get; init; }

        public bool ThenSilent { get; init; }

        public List<int> Asked { get; } = [];

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Asked.Add(buffer.Length);
            if (Asked.Count % 3 == 0) await Task.Yield();
            if (ThenSilent && Sizes!.Count == 0) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            var size = Sizes is null ? random.Next(1, largest) : Sizes.Dequeue();
            return Read(buffer.Span[..Math.Min(buffer.Length, size)]);
        }
    }
}
