using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Client;

/// <summary>One connection of a client, from its stream to its end. What outlives it is <see cref="ClientState"/>.</summary>
internal sealed class ClientLink : IOutboundOwner, IDisposable
{
    private const int OutboundBytes = 4 * 1024 * 1024;

    /// <summary>Bytes of answers that may wait behind messages. One that asks for more and does not read is no broker: 65,535 messages
    /// under way cause less than a tenth.</summary>
    private const int MostAnswerBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(1);

    private readonly Stream stream;
    private readonly ClientState client;
    private readonly ReceiveBuffer received;
    private readonly ClientPackets packets;
    private readonly CancellationTokenSource closing = new();
    private readonly TaskCompletionSource saidGoodbye = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock pinging = new();
    private OutboundAliases? aliases;
    private ITimer? ping;
    private MqttException? failure;
    private byte[]? goodbye;
    private long lastReceived;
    private int pings;
    private bool held;
    private bool working;
    private bool hasSaidGoodbye;

    public ClientLink(Stream stream, ClientState client)
    {
        (this.stream, this.client) = (stream, client);
        received = new ReceiveBuffer(client.Options.MaximumPacketSize);
        Outbound = new OutboundBuffer(stream, int.MaxValue, OutboundBytes, this);
        packets = new ClientPackets(this, client);
        lastReceived = client.Time.GetTimestamp();
    }

    public OutboundBuffer Outbound { get; }

    public MqttProtocolVersion Version => client.Options.ProtocolVersion;

    /// <summary>What the broker said to CONNECT.</summary>
    public ConnackPacket Connack { get; private set; } = new();

    /// <summary>Whether a handler holds back the reading at the moment.</summary>
    public bool IsHeldBack => Volatile.Read(ref held);

    public bool IsClosing => Volatile.Read(ref failure) is not null;

    /// <summary>Whether DISCONNECT is sent as soon as what is acknowledged is on its way: nothing more is taken or answered.</summary>
    public bool IsLeaving => Volatile.Read(ref goodbye) is not null;

    /// <summary>Why it has ended.</summary>
    public MqttException? Failure => Volatile.Read(ref failure);

    /// <summary>A filter that the broker refused after it had granted it on an earlier connection, for the log.</summary>
    public Action<string>? Refused { get; init; }

    /// <summary>The exception of a handler that ended the connection.</summary>
    public Exception? HandlerFailure { get; private set; }

    /// <summary>The exception of the client itself that ended the connection.</summary>
    public Exception? Defect { get; private set; }

    /// <summary>Why the broker cannot take a message; null when it can.</summary>
    public MqttException? Objection(in PublishPacket packet, MqttQos qos, bool retain)
    {
        if ((byte)qos > Connack.MaximumQos)
            return new MqttException($"The broker takes messages up to QoS {Connack.MaximumQos}, this one has {(byte)qos}.", Reason.QosNotSupported);
        if (retain && !Connack.RetainAvailable) return new MqttException("The broker does not retain messages.", Reason.RetainNotSupported);
        var size = packet.Size(qos, Version);
        return Connack.MaximumPacketSize == 0 || size <= Connack.MaximumPacketSize ? null : new MqttException(
            $"The message takes {size} bytes, the broker accepts {Connack.MaximumPacketSize}.", Reason.PacketTooLarge);
    }

    /// <returns>False when there is no room for it at the moment.</returns>
    public bool TryPublish(in PublishPacket packet, MqttQos qos, bool retain, bool duplicate, ushort packetId) => aliases is null
        ? Outbound.TryPublish(packet, qos, retain, duplicate, packetId, Version)
        : aliases.TryPublish(packet, qos, retain, duplicate, packetId);

    /// <summary>Sends CONNECT and waits for the answer, while <see cref="RunAsync"/> reads.</summary>
    /// <exception cref="MqttException">The broker refused, or did not answer.</exception>
    public async Task<ConnackPacket> ConnectAsync(ConnectPacket connect, CancellationToken cancellationToken)
    {
        Outbound.Write(connect.Write());
        Outbound.Pump();
        Connack = await packets.Accepted.WaitAsync(cancellationToken);
        if (Connack.Reason != Reason.Success)
            throw new MqttException($"The broker refused the connection ({Said.Of(Connack.Reason, Connack.ReasonString)}).", Connack.Reason);
        var most = Math.Min(client.Options.OutboundTopicAliasMaximum, Connack.TopicAliasMaximum);
        if (most > 0 && Version == MqttProtocolVersion.V50) aliases = new OutboundAliases(Outbound, most, Connack.MaximumPacketSize);
        return Connack;
    }

    public void StartPings(TimeSpan keepAlive)
    {
        if (keepAlive > TimeSpan.Zero) ping = client.Time.CreateTimer(_ => Ping(keepAlive), null, keepAlive / 2, keepAlive / 2);
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
            await SayGoodbyeAsync(exception.ReasonCode, closing.Token);
            Abort(exception);
        }
        catch (HandlerException exception)
        {
            Abort(new MqttException($"A message handler failed: {exception.InnerException!.Message}", Reason.ImplementationSpecific));
            HandlerFailure = exception.InnerException;
        }
        catch (Exception exception) when (ClientStream.IsLost(exception))
        {
            Abort(new MqttException("The connection was lost.", Reason.Unspecified));
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        packets.End(Failure!);
    }

    /// <summary>Sends what is acknowledged and DISCONNECT behind it, and waits a moment for it to be on its way. Messages that come from
    /// now on are not taken: they would be handled without the broker getting to know.</summary>
    public Task SayGoodbyeAsync(byte reason, CancellationToken cancellationToken)
    {
        Interlocked.CompareExchange(ref goodbye, new DisconnectPacket(reason).Write(Version), null);
        Outbound.Pump();
        return saidGoodbye.Task.WaitAsync(GoodbyeTimeout, TimeProvider.System, cancellationToken).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Sends PINGREQ.</summary>
    /// <returns>How many were sent over this connection, with it. The caller pumps.</returns>
    public int Ping()
    {
        lock (pinging)
        {
            Outbound.Write(SmallPackets.Pingreq);
            return ++pings;
        }
    }

    /// <summary>Ends it, from any thread; what is said first counts.</summary>
    public void Abort(MqttException why)
    {
        if (Interlocked.CompareExchange(ref failure, why, null) is not null) return;
        saidGoodbye.TrySetResult();
        try
        {
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
        stream.Dispose();
        closing.Dispose();
    }

    void IOutboundOwner.BeforeSend()
    {
        if (hasSaidGoodbye) return;

        // Looked at first: what the read loop has just finished is then drained before DISCONNECT. While it works, it pumps at its end.
        var isLast = IsLeaving && !Volatile.Read(ref working);
        packets.Acknowledgements.Drain();
        if (!isLast) return;
        Outbound.Write(goodbye!);
        hasSaidGoodbye = true;
    }

    void IOutboundOwner.AfterSend(int messages)
    {
        if (hasSaidGoodbye) saidGoodbye.TrySetResult();
        client.Outgoing.ResumeIfStalled(this);
    }

    void IOutboundOwner.SendFailed(Exception exception)
    {
        if (ClientStream.IsLost(exception)) Abort(new MqttException("The connection was lost while sending."));
        else Fail(exception);
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
            if (!await received.ReadAsync(stream, closing.Token)) throw new IOException("The broker closed the connection.");
            Volatile.Write(ref lastReceived, client.Time.GetTimestamp());
            while (Process())
            {
                await packets.WaitForHandlersAsync(closing.Token);
                Volatile.Write(ref lastReceived, client.Time.GetTimestamp());
                Volatile.Write(ref held, false);
            }
        }
    }

    /// <summary>Works through what has come, and answers all of it at once.</summary>
    /// <returns>Whether handlers must complete before it goes on.</returns>
    private bool Process()
    {
        Volatile.Write(ref working, true);
        Interlocked.MemoryBarrier();
        packets.Acknowledgements.BeginBatch();
        try
        {
            var buffer = received.Unread;
            var waits = PacketLoop.Process(ref buffer, client.Options.MaximumPacketSize, packets);
            received.Keep(buffer.Length);
            Volatile.Write(ref held, waits);
            if (Outbound.Waiting > OutboundBytes + MostAnswerBytes) throw new MqttException("The broker does not read what it asks for.");
            return waits;
        }
        finally
        {
            packets.Acknowledgements.EndBatch();
            Volatile.Write(ref working, false);
            Outbound.Pump();
        }
    }

    private void Ping(TimeSpan keepAlive)
    {
        // While a handler holds back the reading, what the broker says waits unread: it is not silent.
        if (!IsHeldBack && client.Time.GetElapsedTime(Volatile.Read(ref lastReceived)) >= keepAlive * 1.5)
        {
            Abort(new MqttException("The broker does not answer.", Reason.KeepAliveTimeout));
            return;
        }

        Ping();
        Outbound.RequestPump();
    }
}
