using FsCheck;
using FsCheck.Fluent;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Tests.Delivery;

public sealed class InboundAcknowledgementsTests : IOutboundOwner
{
    private InboundAcknowledgements? ring;

    [Fact]
    public void Pubacks_CompletedInAnyOrder_LeaveInTheOrderOfReceipt()
    {
        var orders = Gen.Choose(1, 300).SelectMany(n => Gen.Shuffle(Enumerable.Range(0, n).ToArray()));
        Check.QuickThrowOnFailure(Prop.ForAll(orders.ToArbitrary(), order =>
        {
            using var sink = new MemoryStream();
            var outbound = new OutboundBuffer(sink, 100, 1_000_000, this);
            ring = new InboundAcknowledgements(outbound, 4096, new ReceivedMessages());
            ring.BeginBatch();
            var tokens = order.Select((_, i) => InboundAcknowledgements.Token(ring.Add((ushort)(i + 1), MqttQos.AtLeastOnce, 1), 0)).ToArray();
            var completed = new HashSet<int>();
            foreach (var index in order)
            {
                ring.Acknowledge(tokens[index]);
                completed.Add(index);
                outbound.Pump();
                var front = Enumerable.Range(0, order.Length).TakeWhile(completed.Contains).Count();
                if (sink.Length != front * 4) return false;
            }

            var ids = sink.ToArray().Chunk(4).Select(p => (p[2] << 8) | p[3]);
            return ids.SequenceEqual(Enumerable.Range(1, order.Length)) && ring.IsEmpty;
        }));
    }

    [Fact]
    public void Acknowledgement_CompletedTwice_DoesNotPayForALaterMessage()
    {
        using var sink = new MemoryStream();
        var outbound = new OutboundBuffer(sink, 100, 1_000_000, this);
        ring = new InboundAcknowledgements(outbound, 16, new ReceivedMessages());
        ring.BeginBatch();
        var first = InboundAcknowledgements.Token(ring.Add(1, MqttQos.AtLeastOnce, 1), 0);
        ring.Acknowledge(first);
        outbound.Pump();
        for (ushort id = 2; id <= 17; id++) ring.Add(id, MqttQos.AtLeastOnce, 1);
        ring.Acknowledge(first);
        outbound.Pump();
        Assert.Equal(4, sink.Length);
        Assert.True(ring.IsFull);
    }

    [Fact]
    public void Room_WithACompletedFrontThatIsNotSentYet_IsWaitedForUntilItIs()
    {
        using var sink = new MemoryStream();
        var outbound = new OutboundBuffer(sink, 100, 1_000_000, this);
        ring = new InboundAcknowledgements(outbound, 1, new ReceivedMessages());
        ring.BeginBatch();
        ring.Acknowledge(InboundAcknowledgements.Token(ring.Add(1, MqttQos.AtLeastOnce, 1), 0));
        var room = ring.WaitForRoomAsync();
        Assert.False(room.IsCompleted);
        outbound.Pump();
        Assert.True(room.IsCompleted);
        Assert.True(ring.WaitForRoomAsync().IsCompleted);
    }

    void IOutboundOwner.BeforeSend() => ring!.Drain();

    void IOutboundOwner.AfterSend(int messages)
    {
    }

    void IOutboundOwner.SendFailed(Exception exception) => Assert.Fail(exception.Message);
}
