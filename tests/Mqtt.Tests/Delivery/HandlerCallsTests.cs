using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Tests.Delivery;

public sealed class HandlerCallsTests
{
    [Fact]
    public async Task Handler_ThatFailsWhileTheConnectionCloses_IsStillAFailedHandler()
    {
        var calls = new HandlerCalls();
        var packet = new PublishPacket { Topic = "a"u8, Payload = "x"u8 };
        LocalSubscription[] handlers = [new("a", static (in MqttMessage _) => ValueTask.FromException(new ArithmeticException("failed")))];
        calls.Call(packet, handlers, retained: false, debtor: null, 0);
        using var closing = new CancellationTokenSource();
        await closing.CancelAsync();
        var exception = await Assert.ThrowsAsync<HandlerException>(() => calls.WaitAsync(closing.Token).AsTask());
        Assert.IsType<ArithmeticException>(exception.InnerException);
        Assert.False(calls.MustWait);
    }
}
