using System.Buffers.Binary;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Tests.Transport;

public sealed class OutboundBufferTests : IOutboundOwner
{
    private readonly TaskCompletionSource<Exception> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? defectBefore;
    private Exception? defectAfter;
    private Action? beforeSend;
    private int messages;
    private int looks;

    [Fact]
    public async Task ConcurrentWriters_WithAllWaysToPump_LoseNothingAndKeepTheirOrder()
    {
        const int Writers = 6, Each = 3000;
        await using var sink = new RecordingStream();
        var outbound = new OutboundBuffer(sink, 50, 4000, this);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(outbound, writer, Each))));
        await outbound.WaitUntilSentAsync().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        var seen = Payloads(sink.ToArray()).GroupBy(p => p.Writer).ToDictionary(g => g.Key, g => g.Select(p => p.Number).ToArray());
        Assert.Equal(Writers, seen.Count);
        Assert.All(seen.Values, numbers => Assert.Equal(Enumerable.Range(0, Each), numbers));
        await Eventually.TrueAsync(() => Volatile.Read(ref messages) == Writers * Each, "every message is counted as sent");
    }

    [Fact]
    public async Task Writer_ThatIsAlone_SendsAtOnce()
    {
        await using var sink = new RecordingStream();
        var outbound = new OutboundBuffer(sink, 50, 4000, this);
        var writer = new object();
        outbound.PumpFor(writer);
        await Eventually.TrueAsync(() => outbound.WaitUntilSentAsync().IsCompleted && Volatile.Read(ref looks) > 0, "the first time is over");
        for (var i = 1; i <= 2; i++)
        {
            outbound.Write(SmallPackets.Pingreq);
            outbound.PumpFor(writer);
            Assert.Equal(i * SmallPackets.Pingreq.Length, sink.Length);
        }
    }

    [Fact]
    public async Task Writers_ThatTakeTurns_LeaveTheSendingToAnotherThread()
    {
        await using var sink = new RecordingStream();
        var outbound = new OutboundBuffer(sink, 50, 4000, this);
        var threads = new List<int>();
        beforeSend = () => threads.Add(Environment.CurrentManagedThreadId);
        await Task.Factory.StartNew(
            () =>
            {
                foreach (var writer in new object[] { 1, 2, 3 })
                {
                    outbound.Write(SmallPackets.Pingreq);
                    outbound.PumpFor(writer);
                }

                outbound.WaitUntilSentAsync().Wait(TestContext.Current.CancellationToken);
                Assert.DoesNotContain(Environment.CurrentManagedThreadId, threads);
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.Equal(3 * SmallPackets.Pingreq.Length, sink.Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pump_WhenItsOwnerFails_SaysSoAndLetsNobodyWait(bool beforeSending)
    {
        await using var sink = new RecordingStream();
        var outbound = new OutboundBuffer(sink, 50, 4000, this);
        var defect = new ArithmeticException("a defect");
        if (beforeSending) defectBefore = defect;
        else defectAfter = defect;
        outbound.Write(SmallPackets.Pingreq);
        var sent = outbound.WaitUntilSentAsync();
        outbound.Pump();
        Assert.Same(defect, await failed.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        await sent.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        outbound.Write(SmallPackets.Pingreq);
        Assert.True(outbound.WaitUntilSentAsync().IsCompleted);
    }

    void IOutboundOwner.BeforeSend()
    {
        beforeSend?.Invoke();
        Interlocked.Increment(ref looks);
        if (defectBefore is not null) throw defectBefore;
    }

    void IOutboundOwner.AfterSend(int count)
    {
        if (defectAfter is not null) throw defectAfter;
        Interlocked.Add(ref messages, count);
    }

    void IOutboundOwner.SendFailed(Exception exception) => failed.TrySetResult(exception);

    private static async Task WriteAsync(OutboundBuffer outbound, int writer, int count)
    {
        var payload = new byte[8];
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(payload, writer);
            BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(4), i);
            while (!TryPublish(outbound, payload))
            {
                if (writer % 3 == 0) outbound.Pump();
                else if (writer % 3 == 1) outbound.RequestPump();
                else outbound.PumpFor(payload);
                await outbound.WaitUntilSentAsync();
            }

            if ((i + writer) % 3 == 0) outbound.RequestPump();
        }

        outbound.RequestPump();
    }

    private static bool TryPublish(OutboundBuffer outbound, byte[] payload)
    {
        var packet = new PublishPacket { Topic = "t"u8, Payload = payload };
        return outbound.TryPublish(packet, MqttQos.AtMostOnce, retain: false, duplicate: false, 0, MqttProtocolVersion.V50);
    }

    private static List<(int Writer, int Number)> Payloads(byte[] bytes)
    {
        var found = new List<(int Writer, int Number)>();
        for (var at = 0; at < bytes.Length;)
        {
            at += Frame.Read(bytes.AsSpan(at), 1000, out var body);
            var payload = PublishPacket.Read(0x30, body, MqttProtocolVersion.V50).Payload;
            found.Add((BinaryPrimitives.ReadInt32BigEndian(payload), BinaryPrimitives.ReadInt32BigEndian(payload[4..])));
        }

        return found;
    }

    /// <summary>Keeps what is written; every third write completes on another thread, as on a socket that is full for a moment.</summary>
    private sealed class RecordingStream : MemoryStream
    {
        private int writes;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (++writes % 3 == 0) await Task.Yield();
            Write(buffer.Span);
        }
    }
}
