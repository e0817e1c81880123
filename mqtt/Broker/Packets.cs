using Plantroom.Mqtt.Broker.Security;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Broker;

/// <summary>What each packet of a connection does. Runs on its read loop.</summary>
internal sealed class Packets(Connection connection, BrokerState broker) : IPacketTaker
{
    /// <summary>How long acknowledgements are waited for while the broker stops. Real time, as it bounds the stop.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(750);

    private ConnectPacket? connect;
    private WillMessage? will;
    private SubscriptionRequests? requests;
    private bool roomNeeded;
    private bool unawaited;
    private bool acknowledged;

    public string ClientId => Session?.ClientId ?? connect?.ClientId ?? "";

    /// <summary>Null before CONNECT is accepted.</summary>
    public Session? Session { get; private set; }

    /// <summary>Null before CONNECT is accepted.</summary>
    public InboundMessages? Inbound { get; private set; }

    /// <inheritdoc/>
    public bool IsClosing => connection.IsClosing;

    /// <summary>Whether what <see cref="WaitAsync"/> waits for is up to the client itself, which has to take what is sent to it.</summary>
    public bool WaitsForClient => Inbound is not null && !Inbound.MustWait && (!roomNeeded || !Inbound.Acknowledgements.IsOwed);

    /// <summary>Whether the batch was of messages that have no answer, and so nobody waits until the connection is read again.</summary>
    public bool IsUnawaited => unawaited;

    public void BeginBatch()
    {
        unawaited = true;
        Inbound?.BeginBatch();
    }

    /// <summary>Sends what the batch has caused.</summary>
    public void EndBatch()
    {
        if (acknowledged) Session?.Drain();
        acknowledged = false;
        if (Inbound is null) connection.Outbound.Pump();
        else Inbound.EndBatch();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// That is when the next packet is a message of QoS 1 or 2 and as many are in flight as may be. A 5.0 client was told how many; with 3.1.1, which
    /// has no word for it, the read loop stops reading until there is room.
    /// </remarks>
    public bool MustWaitBefore(ReadOnlySpan<byte> next)
    {
        // Seen by the first byte, so that what speaks another protocol is not waited for.
        if (Inbound is null && next[0] >> 4 != (byte)PacketType.Connect) Broken.Protocol("the first packet is not CONNECT");
        if ((next[0] & 0xF0) != 0x30 || (next[0] & 0x06) == 0 || Inbound is null) return false;
        var acknowledgements = Inbound.Acknowledgements;
        var is50 = connection.Version == MqttProtocolVersion.V50;
        if (!acknowledgements.IsFull && (!is50 || acknowledgements.Unfinished < broker.Options.ReceiveMaximum)) return false;
        if (is50)
            throw new MqttException("more messages in flight than Receive Maximum allows", Reason.ReceiveMaximumExceeded);
        return roomNeeded = true;
    }

    /// <inheritdoc/>
    public bool Take(byte header, ReadOnlySpan<byte> body)
    {
        var type = (PacketType)(header >> 4);
        if (Session is null)
        {
            SmallPackets.CheckFlags(header);
            Connect(body);
            return true;
        }

        if (type == PacketType.Publish)
        {
            if ((header & 0x06) != 0) unawaited = false;
            Inbound!.Take(PublishPacket.Read(header, body, connection.Version));
            return Inbound.MustWait;
        }

        unawaited = false;
        SmallPackets.CheckFlags(header);
        TakeOther(type, body);
        return requests!.MustWait;
    }

    /// <summary>Waits for handlers, slow subscribers, or room.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (Session is null)
        {
            await LogInAsync(cancellationToken);
            return;
        }

        if (roomNeeded) await Inbound!.Acknowledgements.WaitForRoomAsync().WaitAsync(cancellationToken);
        roomNeeded = false;
        await Inbound!.WaitAsync(cancellationToken);
        if (requests!.MustWait) await requests.WaitAsync(cancellationToken);
    }

    /// <summary>The broker stops: what is received gets a short chance to be acknowledged.</summary>
    public async Task WaitForAcknowledgementsAsync()
    {
        if (Inbound is null) return;
        using var grace = new CancellationTokenSource(Grace, TimeProvider.System);
        while (!Inbound.Acknowledgements.IsEmpty && !grace.IsCancellationRequested)
        {
            connection.Outbound.Pump();
            await Inbound.Acknowledgements.WaitForMoveAsync().WaitAsync(grace.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The connection has ended: the session goes or waits, the will is published unless the client said goodbye.</summary>
    public async Task LeaveAsync()
    {
        if (Session is null) return;
        Inbound!.Leave();
        var due = broker.Sessions.Leave(Session, connection, will);
        if (due is not null) await Wills.PublishAsync(due, ClientId, broker);
    }

    private void Connect(ReadOnlySpan<byte> body)
    {
        try
        {
            connect = ConnectPacket.Read(body);
            connection.Version = connect.Version;
            Handshake.Check(connect, broker.Counters.Snapshot.Connections, broker.Options);
        }
        catch (MqttException exception)
        {
            // Broken beyond a CONNECT, it gets no answer; refused, it is told why in the words of its version.
            if (connect is not null || exception.ReasonCode == Reason.UnsupportedProtocolVersion) Refuse(body, exception);
            throw;
        }
    }

    private async ValueTask LogInAsync(CancellationToken cancellationToken)
    {
        var packet = connect!;
        var clientId = packet.ClientId.Length > 0 ? packet.ClientId : $"auto-{Guid.NewGuid():N}";
        try
        {
            var login = new MqttLogin(clientId, packet.UserName, packet.Password is { } password ? password : null, connection.Peer);
            connection.Admission = await broker.Doorkeeper.AdmitAsync(login, cancellationToken);
            connect = packet with { Password = null };
            connection.Permissions = broker.Doorkeeper.PermissionsOf(connection.Admission, clientId);
            Handshake.CheckWill(packet.Will, connection.Permissions);

            // Sessions come and go at the pace of the disk.
            if (broker.Store is { IsFull: true } store) await store.WaitForRoomAsync().WaitAsync(cancellationToken);
            Accept(packet, clientId);

            // What was changed since it was looked at counts too, also for the subscriptions of a session that goes on.
            Revocation.Apply([connection], broker);
        }
        catch (UndecidedException exception)
        {
            Refuse(default, new MqttException(exception.Message, exception.Reason));
            connection.Close(exception.Reason, exception.Message);
        }
        catch (MqttException exception) when (Session is null)
        {
            Refuse(default, exception);
            throw;
        }
    }

    private void Accept(ConnectPacket packet, string clientId)
    {
        var expiry = Handshake.Expiry(packet, broker.Options);
        var session = broker.Sessions.Open(clientId, connection, packet.CleanStart, expiry, packet.Will, out var present);
        connection.Quota = Math.Min(packet.ReceiveMaximum, broker.Options.MaximumInFlight);
        connection.MaximumPacketSize = packet.MaximumPacketSize;
        connection.WantsReasons = packet.RequestProblemInformation;
        var aliases = Math.Min(packet.TopicAliasMaximum, broker.Options.TopicAliasMaximum);
        if (aliases > 0) connection.Outbound.Aliases = new OutboundAliases(aliases, packet.MaximumPacketSize);
        connection.Outbound.Write(Handshake.Accept(packet, clientId, expiry, present, broker.Options).Write(packet.Version));
        Inbound = new InboundMessages(broker, session, connection);
        requests = new SubscriptionRequests(broker, session, connection);
        will = packet.Will;
        Session = session;
        var keepAlive = Handshake.KeepAlive(packet, broker.Options);
        connection.StartKeepAlive(keepAlive == 0 ? null : TimeSpan.FromSeconds(keepAlive * 1.5));
        Revocation.End(session, connection.Permissions, broker);
        session.Attach(connection, Inbound.Acknowledgements);
        broker.Log.Connected(clientId, connection.Remote, packet.Version);
    }

    private void Refuse(ReadOnlySpan<byte> body, MqttException why)
    {
        // An unknown level above 5 is told so in the words of 5.0, one below 4 in those of 3.1.1.
        var version = connect?.Version ?? (body.Length > 6 && body[1] == 4 && body[6] > 5 ? MqttProtocolVersion.V50 : MqttProtocolVersion.V311);
        var words = connect is { RequestProblemInformation: false } ? null : why.Message;
        connection.Outbound.Write(new ConnackPacket { Reason = why.ReasonCode, ReasonString = words }.Write(version));
    }

    private void TakeOther(PacketType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case PacketType.Puback or PacketType.Pubrec or PacketType.Pubcomp:
                Session!.Answer(type, AcknowledgementPacket.Read(body, connection.Version), connection);
                acknowledged = true;
                break;
            case PacketType.Pubrel:
                Release(AcknowledgementPacket.Read(body, connection.Version).PacketId);
                break;
            case PacketType.Subscribe:
                requests!.Subscribe(SubscribePacket.Read(body, connection.Version));
                break;
            case PacketType.Unsubscribe:
                requests!.Unsubscribe(UnsubscribePacket.Read(body, connection.Version));
                break;
            case PacketType.Pingreq:
                if (!body.IsEmpty) Broken.Packet("a PINGREQ has a body");
                connection.Outbound.Write(SmallPackets.Pingresp);
                break;
            case PacketType.Disconnect:
                Disconnect(DisconnectPacket.Read(body, connection.Version));
                break;
            case PacketType.Auth when connection.Version == MqttProtocolVersion.V50:
                AuthPacket.Read(body);
                throw new MqttException("AUTH without an authentication method in CONNECT", Reason.BadAuthenticationMethod);
            default:
                Broken.Protocol($"a client may not send {type} here");
                break;
        }
    }

    private void Release(ushort packetId)
    {
        var answer = Inbound!.Acknowledgements.Release(packetId);
        if (Session!.Record is { } record && answer.Reason == Reason.Success)
        {
            ReleaseWhenDurable(record, answer);
            return;
        }

        connection.Outbound.Write([connection.Version == MqttProtocolVersion.V50 ? answer : answer with { Reason = Reason.Success }]);
    }

    /// <summary>The identifier may be used anew with PUBCOMP: the disk has to know by then.</summary>
    private void ReleaseWhenDurable(SessionRecord record, Answer answer) => record.Release(answer.PacketId, () =>
    {
        connection.Outbound.Write([answer]);
        connection.Outbound.RequestPump();
    });

    private void Disconnect(DisconnectPacket packet)
    {
        if (packet.SessionExpiry is { } seconds)
        {
            if (Session!.Expiry == TimeSpan.Zero && seconds > 0) Broken.Protocol("a session that ends now cannot be made to last");
            broker.Sessions.SetExpiry(Session, connection, Handshake.Bounded(seconds, broker.Options));
        }

        if (packet.Reason != Reason.DisconnectWithWill) will = null;
        connection.Close(Reason.Success, "it said goodbye");
    }
}
