using Plantroom.TestKit.Bus;

namespace Plantroom.Core.Tests;

public sealed class InMemoryBusTests : BusContract<string>
{
    private readonly InMemoryBus<string> bus = new();

    protected override IBus<string> Bus => bus;

    [Fact]
    public async Task Publish_FullQueueThatWaits_HoldsThePublisherUntilThereIsRoom()
    {
        using var slow = bus.Subscribe("slow", 1, WhenFull.Wait);
        await bus.PublishAsync("a", Ending);
        var held = bus.PublishAsync("b", Ending).AsTask();
        Assert.False(held.IsCompleted);

        Assert.Equal("a", slow.TryTake());
        await held;

        Assert.Equal(1, slow.Depth);
        Assert.Equal("b", slow.TryTake());
        Assert.Equal(0, slow.Dropped);
    }

    [Fact]
    public void Publish_FullQueueThatDropsOldest_IsDoneAtOnce()
    {
        using var screen = bus.Subscribe("screen", 2, WhenFull.DropOldest);

        foreach (var message in new[] { "a", "b", "c", "d" })
            Assert.True(bus.PublishAsync(message, Ending).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Publish_CancelledWhileItWaits_EndsTheWait()
    {
        using var slow = bus.Subscribe("slow", 1, WhenFull.Wait);
        await bus.PublishAsync("a", Ending);
        using var cancellation = new CancellationTokenSource();
        var held = bus.PublishAsync("b", cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
    }

    protected override string Message(string publisher, int number) => $"{publisher}:{number}";

    protected override (string Publisher, int Number) Of(string message) =>
        (message[..message.IndexOf(':')], int.Parse(message[(message.IndexOf(':') + 1)..], null));
}
