using FsCheck;
using FsCheck.Fluent;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Tests.Delivery;

/// <summary>Both sides of QoS 2 against each other, over connections that are lost at any moment.</summary>
public sealed class ExactlyOnceTests
{
    [Fact]
    public void Messages_OverConnectionsThatAreLostAtAnyStep_ArriveExactlyOnceAndInOrder()
    {
        var steps = Gen.ListOf(Gen.Choose(0, 9)).Select(l => l.ToArray());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(120), Prop.ForAll(steps.ToArbitrary(), all =>
        {
            using var pair = new Pair();
            foreach (var step in all) pair.Step(step);
            pair.Finish();
            return pair.Delivered.SequenceEqual(Enumerable.Range(0, pair.Published)) && pair.IsAtRest;
        }));
    }

    [Fact]
    public void Resend_WhileTheFirstDeliveryIsNotComplete_WaitsForIt()
    {
        var received = new ReceivedMessages();
        using var first = new Receiver(received);
        using var second = new Receiver(received);
        Assert.True(first.Ring.TryBegin(7, MqttQos.ExactlyOnce));
        var sequence = first.Ring.Add(7, MqttQos.ExactlyOnce, 1);
        Assert.False(second.Ring.TryBegin(7, MqttQos.ExactlyOnce));
        Assert.Empty(second.Answers());
        first.Ring.Acknowledge(InboundAcknowledgements.Token(sequence, 0));
        Assert.Equal([new(PacketType.Pubrec, 7)], second.Answers());
        Assert.Equal(1, second.Ring.Unfinished);
        Assert.Equal(new Answer(PacketType.Pubcomp, 7), second.Ring.Release(7));
        Assert.Equal(0, second.Ring.Unfinished);
        Assert.Equal(new Answer(PacketType.Pubcomp, 7, Reason.PacketIdentifierNotFound), second.Ring.Release(7));
    }

    [Fact]
    public void Delivery_ThatFails_EndsWhoWaitsForItAndIsDeliveredAgain()
    {
        var received = new ReceivedMessages();
        using var first = new Receiver(received);
        using var second = new Receiver(received);
        first.Ring.TryBegin(7, MqttQos.ExactlyOnce);
        var sequence = first.Ring.Add(7, MqttQos.ExactlyOnce, 1);
        second.Ring.TryBegin(7, MqttQos.ExactlyOnce);
        first.Ring.Abandon(7, sequence);
        Assert.True(second.IsAbandoned);
        using var third = new Receiver(received);
        Assert.True(third.Ring.TryBegin(7, MqttQos.ExactlyOnce));
    }

    [Fact]
    public void Connection_ThatWasTakenOver_BeginsAndReleasesNothingAnyMore()
    {
        var received = new ReceivedMessages();
        using var first = new Receiver(received);
        received.Attach(first.Ring);
        using var second = new Receiver(received);
        received.Attach(second.Ring);
        Assert.False(first.Ring.TryBegin(7, MqttQos.ExactlyOnce));
        Assert.Empty(first.Answers());
        Assert.True(second.Ring.TryBegin(7, MqttQos.ExactlyOnce));
        second.Ring.Add(7, MqttQos.ExactlyOnce, 0);
        Assert.Equal(Reason.PacketIdentifierNotFound, first.Ring.Release(7).Reason);
        Assert.Equal(Reason.Success, second.Ring.Release(7).Reason);
    }

    [Fact]
    public void Restart_WithWhatIsHeld_KnowsItAgain()
    {
        var before = new ReceivedMessages();
        using var receiver = new Receiver(before);
        foreach (ushort id in new[] { 3, 4 })
        {
            receiver.Ring.TryBegin(id, MqttQos.ExactlyOnce);
            receiver.Ring.Add(id, MqttQos.ExactlyOnce, id == 3 ? 0ul : 1);
        }

        Assert.Equal([(ushort)3], before.Complete());
        var after = new ReceivedMessages();
        foreach (var id in before.Complete()) after.Restore(id);
        using var next = new Receiver(after);
        Assert.False(next.Ring.TryBegin(3, MqttQos.ExactlyOnce));
        Assert.Equal([new(PacketType.Pubrec, 3)], next.Answers());
        Assert.True(next.Ring.TryBegin(4, MqttQos.ExactlyOnce));
    }

    [Fact]
    public void Identifier_ThatIsStillInUse_IsRefused()
    {
        using var receiver = new Receiver(new ReceivedMessages());
        Assert.True(receiver.Ring.TryBegin(7, MqttQos.AtLeastOnce));
        var sequence = receiver.Ring.Add(7, MqttQos.AtLeastOnce, 1);
        Assert.False(receiver.Ring.TryBegin(7, MqttQos.AtLeastOnce));
        Assert.False(receiver.Ring.TryBegin(7, MqttQos.ExactlyOnce));
        receiver.Ring.Acknowledge(InboundAcknowledgements.Token(sequence, 0));
        Answer[] expected =
        [
            new(PacketType.Puback, 7), new(PacketType.Puback, 7, Reason.PacketIdentifierInUse),
            new(PacketType.Pubrec, 7, Reason.PacketIdentifierInUse),
        ];
        Assert.Equal(expected, receiver.Answers());
        Assert.True(receiver.Ring.TryBegin(7, MqttQos.AtLeastOnce));
    }

    /// <summary>A receiving end whose answers can be read.</summary>
    private sealed class Receiver : IOutboundOwner, IDisposable
    {
        private readonly MemoryStream sink = new();
        private readonly OutboundBuffer outbound;

        public Receiver(ReceivedMessages received)
        {
            outbound = new OutboundBuffer(sink, 100, 1_000_000, this);
            Ring = new InboundAcknowledgements(outbound, 4096, received, checksIds: true) { OnAbandoned = () => IsAbandoned = true };
            Ring.BeginBatch();
        }

        public InboundAcknowledgements Ring { get; }

        public bool IsAbandoned { get; private set; }

        public List<Answer> Answers()
        {
            outbound.Pump();
            var bytes = sink.ToArray();
            sink.SetLength(0);
            var answers = new List<Answer>();
            for (var at = 0; at < bytes.Length; at += bytes[at + 1] + 2)
            {
                var packet = AcknowledgementPacket.Read(bytes.AsSpan(at + 2, bytes[at + 1]), MqttProtocolVersion.V50);
                answers.Add(new Answer((PacketType)(bytes[at] >> 4), packet.PacketId, packet.Reason));
            }

            return answers;
        }

        public void Dispose() => sink.Dispose();

        void IOutboundOwner.BeforeSend() => Ring.Drain();

        void IOutboundOwner.AfterSend(int messages)
        {
        }

        void IOutboundOwner.SendFailed(Exception exception) => Assert.Fail(exception.Message);
    }

    /// <summary>A sender and a receiver with what is on the way between them. Identifiers are few, so that they come round.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly PacketWindow<int> window = new(lastId: 3);
        private readonly ReceivedMessages received = new();
        private readonly Queue<(PacketType Type, ushort Id, int Item)> toReceiver = new();
        private readonly Queue<Answer> toSender = new();
        private readonly Queue<(InboundAcknowledgements By, long Token)> handlers = new();
        private Receiver receiver;

        public Pair() => receiver = new Receiver(received);

        public int Published { get; private set; }

        public List<int> Delivered { get; } = [];

        public bool IsAtRest => window.Count == 0 && received.Complete().Length == 0 && receiver.Ring is { IsEmpty: true, Unfinished: 0 };

        public void Step(int step)
        {
            if (step <= 2) Publish();
            else if (step <= 4) Receive();
            else if (step <= 6) Answer();
            else if (step <= 8) Handle();
            else Lose();
        }

        public void Finish()
        {
            for (var round = 0; round < 1000 && !IsAtRest; round++)
            {
                Handle();
                Receive();
                Answer();
            }
        }

        public void Dispose() => receiver.Dispose();

        private void Publish()
        {
            if (!window.HasRoom) return;
            window.Add(Published++, MqttQos.ExactlyOnce);
            Send();
        }

        private void Send()
        {
            while (window.TryPeek(out var id, out var item, out var due))
            {
                toReceiver.Enqueue((due == Due.Release ? PacketType.Pubrel : PacketType.Publish, id, item));
                window.Advance();
            }
        }

        private void Receive()
        {
            if (toReceiver.TryDequeue(out var packet))
            {
                if (packet.Type == PacketType.Pubrel) toSender.Enqueue(receiver.Ring.Release(packet.Id));
                else if (receiver.Ring.TryBegin(packet.Id, MqttQos.ExactlyOnce))
                {
                    Delivered.Add(packet.Item);
                    var sequence = receiver.Ring.Add(packet.Id, MqttQos.ExactlyOnce, 1);
                    handlers.Enqueue((receiver.Ring, InboundAcknowledgements.Token(sequence, 0)));
                }
            }

            foreach (var answer in receiver.Answers()) toSender.Enqueue(answer);
        }

        private void Answer()
        {
            if (!toSender.TryDequeue(out var answer)) return;
            if (answer.Type == PacketType.Pubcomp) window.TryComplete(answer.PacketId, out _);
            else if (window.TryRelease(answer.PacketId, out var item)) toReceiver.Enqueue((PacketType.Pubrel, answer.PacketId, item));
        }

        /// <summary>The handler of an older delivery completes, whatever has become of its connection.</summary>
        private void Handle()
        {
            if (handlers.TryDequeue(out var oldest)) oldest.By.Acknowledge(oldest.Token);
        }

        private void Lose()
        {
            toReceiver.Clear();
            toSender.Clear();
            receiver.Dispose();
            receiver = new Receiver(received);
            window.Rewind();
            Send();
        }
    }
}
