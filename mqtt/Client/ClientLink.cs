using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Topics;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Client;

/// <summary>One connection of a client, from the socket to its end. What outlives it belongs to <see cref="MqttClient"/>.</summary>
internal sealed class ClientLink : IOutboundOwner, IPacketTaker, IDisposable
{
    private const int ReadSize = 64 * 1024;
    private const int OutboundBytes = 4 * 1024 * 1024;

    private readonly Socket socket;
    private readonly PipeReader reader;
    private readonly InboundAcknowledgements acknowledgements;
    private readonly HandlerCalls calls = new();
    private readonly List<LocalSubscription> matched = [];
    private readonly CancellationTokenSource closing = new();
    private readonly TaskCompletionSource<ConnackPacket> accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MqttClientOptions options;
    private readonly TimeProvider time;
    private readonly OutgoingMessages outgoing;
    private readonly ClientSubscriptions subscriptions;
    private ITimer? ping;
    private MqttException? failure;
    private long lastReceived;
    private bool held;

    public ClientLink(
        Socket socket, MqttClientOptions options, TimeProvider time, OutgoingMessages outgoing, ClientSubscriptions subscriptions)
    {
        (this.socket, this.options, this.time, this.outgoing, this.subscriptions) = (socket, options, time, outgoing, subscriptions);
        var stream = new NetworkStream(socket, ownsSocket: false);
        reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReadSize, minimumReadSize: 4096, useZeroByteReads: true));
        Outbound = new OutboundBuffer(stream, int.MaxValue, OutboundBytes, this);
        acknowledgements = new InboundAcknowledgements(Outbound, ushort.MaxValue, new ReceivedMessages());
        lastReceived = time.GetTimestamp();
    }

    public OutboundBuffer Outbound { get; }

    public MqttProtocolVersion Version => options.ProtocolVersion;

    /// <summary>What the broker said to CONNECT.</summary>
    public ConnackPacket Connack { get; private set; } = new();

    /// <summary>Whether a handler holds back the reading at the moment.</summary>
    public bool IsHeldBack => Volatile.Read(ref held);

    public bool IsClosing => Volatile.Read(ref failure) is not null;

    /// <summary>Why it has ended.</summary>
    public MqttException? Failure => Volatile.Read(ref failure);

    /// <summary>A filter that the broker refused after it had granted it on an earlier connection, for the log.</summary>
    public Action<string>? Refused { get; init; }

    /// <summary>Whether the broker takes a packet of that many bytes.</summary>
    public bool Accepts(int size) => Connack.MaximumPacketSize == 0 || size <= Connack.MaximumPacketSize;

    /// <summary>Sends CONNECT and waits for the answer, while <see cref="RunAsync"/> reads.</summary>
    /// <exception cref="MqttException">The broker refused, or did not answer.</exception>
    public async Task<ConnackPacket> ConnectAsync(ConnectPacket connect, CancellationToken cancellationToken)
    {
        Outbound.Write(connect.Write());
        Outbound.Pump();
        Connack = await accepted.Task.WaitAsync(cancellationToken);
        if (Connack.Reason != Reason.Success)
        {
            throw new MqttException(
                $"The broker refused the connection (0x{Connack.Reason:X2}{(Connack.ReasonString is { } why ? ", " + why : "")}).",
                Connack.Reason);
        }

        return Connack;
    }

    public void StartPings(TimeSpan keepAlive)
    {
        if (keepAlive > TimeSpan.Zero) ping = time.CreateTimer(_ => Ping(keepAlive), null, keepAlive / 2, keepAlive / 2);
    }

    /// <summary>Reads until the connection ends; does not throw, see <see cref="Failure"/>.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ReadAsync();
        }
        catch (MqttException exception)
        {
            Outbound.Write(new DisconnectPacket(exception.ReasonCode).Write(Version));
            Outbound.Pump();
            Abort(exception);
        }
        catch (HandlerException exception)
        {
            Abort(new MqttException($"A message handler failed: {exception.InnerException!.Message}", Reason.ImplementationSpecific));
            HandlerFailure = exception.InnerException;
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            Abort(new MqttException("The connection was lost.", Reason.Unspecified));
        }

        catch (Exception exception)
        {
            Fail(exception);
        }

        accepted.TrySetException(Failure!);
        _ = accepted.Task.Exception;
        await reader.CompleteAsync();
    }

    /// <summary>The exception of a handler that ended the connection.</summary>
    public Exception? HandlerFailure { get; private set; }

    /// <summary>The exception of the client itself that ended the connection.</summary>
    public Exception? Defect { get; private set; }

    /// <summary>Ends it, from any thread; what is said first counts.</summary>
    public void Abort(MqttException why)
    {
        if (Interlocked.CompareExchange(ref failure, why, null) is not null) return;
        try
        {
            reader.CancelPendingRead();
            closing.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The read loop has seen that it is ending, and was faster.
        }
    }

    public void Dispose()
    {
        ping?.Dispose();
        Outbound.Close();
        socket.Dispose();
        closing.Dispose();
    }

    void IOutboundOwner.BeforeSend() => acknowledgements.Drain();

    void IOutboundOwner.AfterSend(int messages)
    {
    }

    void IOutboundOwner.SendFailed(Exception exception)
    {
        if (IOutboundOwner.IsOfSocket(exception)) Abort(new MqttException("The connection was lost while sending."));
        else Fail(exception);
    }

    bool IPacketTaker.MustWaitBefore(ReadOnlySpan<byte> next) => false;

    bool IPacketTaker.Take(byte header, ReadOnlySpan<byte> body)
    {
        var type = (PacketType)(header >> 4);
        SmallPackets.CheckFlags(header);
        if (!accepted.Task.IsCompleted && type != PacketType.Connack) Broken.Protocol("the first packet is not CONNACK");
        switch (type)
        {
            case PacketType.Connack when !accepted.Task.IsCompleted:
                accepted.SetResult(ConnackPacket.Read(body, Version));
                break;
            case PacketType.Publish:
                Receive(PublishPacket.Read(header, body, Version, fromBroker: true));
                break;
            case PacketType.Puback:
                outgoing.Acknowledge(AcknowledgementPacket.Read(body, Version));
                break;
            case PacketType.Suback:
                if (subscriptions.Answer(SubackPacket.Read(body, Version)) is { } filter) Refused?.Invoke(filter);
                break;
            case PacketType.Pingresp or PacketType.Unsuback:
                break;
            case PacketType.Disconnect:
                var said = DisconnectPacket.Read(body, Version);
                Abort(new MqttException($"The broker closed the connection (0x{said.Reason:X2}).", said.Reason));
                break;
            default:
                Broken.Protocol($"a broker may not send {type} here");
                break;
        }

        return calls.MustWait;
    }

    /// <summary>A defect of the client: it costs this connection, and is seen.</summary>
    private void Fail(Exception exception)
    {
        Defect ??= exception;
        Abort(new MqttException("The client failed.", Reason.Unspecified));
    }

    private async Task ReadAsync()
    {
        while (!IsClosing)
        {
            var result = await reader.ReadAsync();
            if (result.IsCanceled) return;
            Volatile.Write(ref lastReceived, time.GetTimestamp());
            var rest = await ProcessAsync(result.Buffer);
            reader.AdvanceTo(rest.Start, rest.End);
            if (result.IsCompleted) throw new IOException("The broker closed the connection.");
        }
    }

    private async ValueTask<ReadOnlySequence<byte>> ProcessAsync(ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            acknowledgements.BeginBatch();
            bool waits;
            try
            {
                waits = PacketLoop.Process(ref buffer, options.MaximumPacketSize, this);
                Volatile.Write(ref held, waits);
            }
            finally
            {
                acknowledgements.EndBatch();
                Outbound.Pump();
            }

            if (!waits) return buffer;
            await calls.WaitAsync(closing.Token);
            Volatile.Write(ref lastReceived, time.GetTimestamp());
            Volatile.Write(ref held, false);
        }
    }

    private void Receive(in PublishPacket packet)
    {
        if (packet.Qos == MqttQos.ExactlyOnce) throw new MqttException("a message of QoS 2, which was not asked for", Reason.QosNotSupported);
        if (!TopicRules.IsName(packet.Topic)) throw new MqttException("a topic name is not valid", Reason.TopicNameInvalid);
        subscriptions.Match(packet.Topic, matched);
        var handlers = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(matched);
        if (packet.Qos == MqttQos.AtMostOnce)
        {
            calls.Call(packet, handlers, packet.Retain, debtor: null, 0);
            return;
        }

        var sequence = acknowledgements.Add(packet.PacketId, packet.Qos, HandlerCalls.Owed(handlers.Length));
        calls.Call(packet, handlers, packet.Retain, acknowledgements, sequence);
    }

    private void Ping(TimeSpan keepAlive)
    {
        // While a handler holds back the reading, what the broker says waits unread: it is not silent.
        if (!IsHeldBack && time.GetElapsedTime(Volatile.Read(ref lastReceived)) >= keepAlive * 1.5)
        {
            Abort(new MqttException("The broker does not answer.", Reason.KeepAliveTimeout));
            return;
        }

        Outbound.Write(SmallPackets.Pingreq);
        Outbound.RequestPump();
    }
}
