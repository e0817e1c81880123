using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Plantroom.Mqtt.Broker.Listening;
using Plantroom.Mqtt.Broker.Moderating;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Broker;

/// <summary>
/// One client's connection, from its first byte to its end. One read loop works through all packets that a read has brought before
/// it waits for anything.
/// <code>
///  wire ─► pipe ─► frames ─► packets ─► subscribers, handlers
///                                          │ completed
///  wire ◄─ outbound buffer ◄─ PUBACKs ◄────┘
/// </code>
/// </summary>
internal sealed class Connection : IOutboundOwner, IDisposable
{
    /// <summary>Bytes that a CONNECT may have: a will of 64 KiB, a user name and password and properties have room.</summary>
    private const int LargestConnect = 256 * 1024;

    /// <summary>Bytes of a read that was hardly worth it.</summary>
    private const int Little = 4096;

    private readonly BrokerState broker;
    private readonly Wire wire;
    private readonly PipeReader reader;
    private readonly CancellationTokenSource closing = new();
    private readonly Packets packets;
    private readonly ITimer watch;
    private readonly Pause pause = new();
    private Ending? ending;
    private long lastReceived;
    private long counted;
    private long unread;
    private bool inPacket;
    private bool held;

    public Connection(Wire wire, BrokerState broker)
    {
        this.broker = broker;
        this.wire = wire;
        reader = wire.Reader;
        Outbound = new OutboundBuffer(wire.Stream, broker.Options.OutboundQueueLength, broker.Options.OutboundQueueBytes, this);
        packets = new Packets(this, broker);
        lastReceived = broker.Time.GetTimestamp();
        watch = broker.Time.CreateTimer(_ => Watch(), null, broker.Options.ConnectTimeout, Timeout.InfiniteTimeSpan);
    }

    public MqttPeer Peer => wire.Peer;

    public EndPoint? Remote => wire.Peer.Remote;

    public OutboundBuffer Outbound { get; }

    /// <summary>The version of its CONNECT.</summary>
    public MqttProtocolVersion Version { get; set; } = MqttProtocolVersion.V311;

    /// <summary>Who it is; null before its login was accepted.</summary>
    public MqttAdmission? Admission { get; set; }

    /// <summary>What it may do. Exchanged when the rules change, from any thread.</summary>
    public MqttPermissions Permissions { get; set; } = MqttPermissions.All;

    /// <summary>Its session; null before CONNECT is accepted.</summary>
    public Session? Session => packets.Session;

    /// <summary>Whether the client wants reasons in words.</summary>
    public bool WantsReasons { get; set; } = true;

    /// <summary>Messages of QoS 1 and 2 that may be on the way to it.</summary>
    public int Quota { get; set; }

    /// <summary>The largest packet it takes; 0 is no limit.</summary>
    public uint MaximumPacketSize { get; set; }

    /// <summary>Whether it is going to end: nothing more is sent to it.</summary>
    public bool IsClosing => Volatile.Read(ref ending) is not null;

    /// <summary>Ends it, from any thread; what is said first counts.</summary>
    /// <param name="reason">What a 5.0 client is told.</param>
    /// <param name="why">In words.</param>
    /// <param name="isError">Whether the client broke the protocol.</param>
    public void Close(byte reason, string why, bool isError = false) => Close(new Ending(reason, why, isError, IsLost: false));

    /// <summary>Runs it to its end; does not throw.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ReadAsync();
        }
        catch (MqttException exception)
        {
            Close(exception.ReasonCode, exception.Message, isError: true);
        }
        catch (HandlerException exception)
        {
            broker.Log.HandlerFailed(packets.ClientId, exception.InnerException!);
            Close(Reason.ImplementationSpecific, "a message could not be processed");
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            Lost();
        }
        catch (Exception exception)
        {
            Failed(exception);
        }

        await EndAsync();
    }

    /// <summary>From CONNECT on, a client that is silent for one and a half times its keep-alive is lost (section 3.1.2.10).</summary>
    public void StartKeepAlive(TimeSpan? silence)
    {
        KeepAlive = silence;
        watch.Change(silence ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        watch.Dispose();
        closing.Dispose();
        wire.Dispose();
    }

    /// <summary>When something came last, a timestamp.</summary>
    public long LastReceived => Volatile.Read(ref lastReceived);

    void IOutboundOwner.BeforeSend() => packets.Inbound?.Acknowledgements.Drain();

    void IOutboundOwner.AfterSend(int messages)
    {
        if (messages > 0) broker.Counters.Sent(messages);
        broker.Counters.BytesSent(Outbound.BytesSent - counted);
        counted = Outbound.BytesSent;
        packets.Session?.Drain();
    }

    void IOutboundOwner.SendFailed(Exception exception)
    {
        if (IOutboundOwner.IsOfSocket(exception)) Lost();
        else Failed(exception);
    }

    private TimeSpan? KeepAlive { get; set; }

    private async Task ReadAsync()
    {
        while (!IsClosing)
        {
            var result = await reader.ReadAsync();
            if (result.IsCanceled) return;
            var before = lastReceived;
            Volatile.Write(ref lastReceived, broker.Time.GetTimestamp());
            var count = result.Buffer.Length - unread;
            broker.Counters.BytesReceived(count);
            var rest = await ProcessAsync(result.Buffer);
            inPacket = !rest.IsEmpty;
            unread = rest.Length;
            reader.AdvanceTo(rest.Start, rest.End);
            if (result.IsCompleted)
            {
                Lost();
                return;
            }

            if (count < Little && packets.IsUnawaited && broker.Moderation.Pauses(lastReceived - before)) await PauseAsync();
            else wire.IsLulled = false;
            if (Outbound.IsFull) await Outbound.WaitUntilSentAsync().WaitAsync(closing.Token);
        }
    }

    /// <summary>Waits until something has come, looking at every tick; a client that is quiet for longer is cheaper to be woken for.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask PauseAsync()
    {
        wire.IsLulled = true;
        for (var ticks = 0; ticks < Moderation.Patience && !IsClosing; ticks++)
        {
            await broker.Moderation.PauseAsync(pause);
            if (!wire.IsQuiet) return;
        }

        wire.IsLulled = false;
    }

    /// <summary>Bytes that a packet may have. Nobody is asked who it is before CONNECT has come whole.</summary>
    private int PacketLimit =>
        packets.Session is null ? Math.Min(LargestConnect, broker.Options.MaximumPacketSize) : broker.Options.MaximumPacketSize;

    /// <summary>Works through a buffer. Before it waits for anything, everything that was caused so far is sent.</summary>
    /// <returns>The packet at the end that is not complete.</returns>
    private async ValueTask<ReadOnlySequence<byte>> ProcessAsync(ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            bool waits;
            packets.BeginBatch();
            try
            {
                waits = PacketLoop.Process(ref buffer, PacketLimit, packets);

                // While the broker itself holds the client back, what it says waits unread: it is not silent.
                if (waits) Volatile.Write(ref held, !packets.WaitsForClient);
            }
            finally
            {
                packets.EndBatch();
            }

            if (IsClosing || !waits) return buffer;
            await packets.WaitAsync(closing.Token);
            Volatile.Write(ref lastReceived, broker.Time.GetTimestamp());
            Volatile.Write(ref held, false);
        }
    }

    private void Watch()
    {
        if (KeepAlive is not { } allowed)
        {
            if (packets.Session is null) Close(Reason.ProtocolError, "no CONNECT that could be accepted came in time", isError: true);
            return;
        }

        var silent = Volatile.Read(ref held) ? TimeSpan.Zero : broker.Time.GetElapsedTime(Volatile.Read(ref lastReceived));
        if (silent >= allowed) Close(new Ending(Reason.KeepAliveTimeout, "nothing was heard for 1.5 times the keep-alive", false, true));
        else watch.Change(allowed - silent, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A defect of the broker: it costs this connection, and is seen.</summary>
    private void Failed(Exception exception)
    {
        broker.Log.Failed(packets.ClientId, exception);
        Close(Reason.Unspecified, "the broker failed");
    }

    private void Lost()
    {
        if (inPacket) Close(new Ending(Reason.MalformedPacket, "connection closed in the middle of a packet", true, IsLost: true));
        else Close(new Ending(Reason.Unspecified, "the connection was lost", false, IsLost: true));
    }

    private void Close(Ending how)
    {
        if (Interlocked.CompareExchange(ref ending, how, null) is not null) return;
        try
        {
            reader.CancelPendingRead();
            closing.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The read loop has seen that it is closing, and was faster.
        }
    }

    private async Task EndAsync()
    {
        var how = ending!;
        await watch.DisposeAsync();
        if (how.IsError) Record(how);
        else broker.Log.Lost(packets.ClientId, how.Why);
        if (how.Reason == Reason.ServerShuttingDown) await packets.WaitForAcknowledgementsAsync();
        await packets.LeaveAsync();
        SayGoodbye(how);
        await Farewell.SendAsync(wire, Outbound, lingers: how.IsError);
        Outbound.Close();
        await reader.CompleteAsync();
    }

    private void SayGoodbye(Ending how)
    {
        if (packets.Session is not null && Version == MqttProtocolVersion.V50 && how.Reason != Reason.Success
            && (!how.IsLost || how.Reason == Reason.KeepAliveTimeout))
        {
            Outbound.Write(new DisconnectPacket(how.Reason, ReasonString: WantsReasons ? how.Why : null).Write(Version));
        }

        Outbound.Pump();
    }

    private void Record(Ending how)
    {
        broker.Counters.ProtocolError();
        broker.Errors.Add(
            new MqttProtocolError(broker.Time.GetUtcNow().UtcDateTime, packets.ClientId, Remote, how.Reason, how.Why));
        broker.Log.BrokeProtocol(packets.ClientId, Remote, how.Reason, how.Why);
    }

    private sealed record Ending(byte Reason, string Why, bool IsError, bool IsLost);
}
