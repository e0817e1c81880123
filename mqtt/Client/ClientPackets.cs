using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Client;

/// <summary>Takes what the broker sends over one connection.</summary>
internal sealed class ClientPackets : IPacketTaker
{
    /// <summary>Messages beyond the receive maximum that are put up with. Mosquitto 2.0.11 sends one too many after acknowledgements, and a
    /// connection that ends for it begins again with the same.</summary>
    public const int Tolerated = 1024;

    private readonly ClientLink link;
    private readonly ClientState client;
    private readonly MqttProtocolVersion version;
    private readonly HandlerCalls calls = new();
    private readonly TopicMatches topics = new();
    private readonly TopicAliases aliases;
    private readonly TaskCompletionSource<ConnackPacket> accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int receiveMaximum;
    private (ushort PacketId, MqttQos Qos, long Sequence) current;
    private int pingsAnswered;

    public ClientPackets(ClientLink link, ClientState client)
    {
        (this.link, this.client, version) = (link, client, client.Options.ProtocolVersion);
        aliases = new TopicAliases(client.Options.TopicAliasMaximum);
        receiveMaximum = version == MqttProtocolVersion.V50 ? client.Options.ReceiveMaximum : ushort.MaxValue;
        Acknowledgements = new InboundAcknowledgements(link.Outbound, ushort.MaxValue, client.Received)
        {
            OnAbandoned = () => link.Abort(new MqttException("A handler has failed over an earlier connection.")),
        };
    }

    public InboundAcknowledgements Acknowledgements { get; }

    /// <summary>What the broker says to CONNECT.</summary>
    public Task<ConnackPacket> Accepted => accepted.Task;

    bool IPacketTaker.IsClosing => link.IsClosing;

    bool IPacketTaker.MustWaitBefore(ReadOnlySpan<byte> next) => false;

    bool IPacketTaker.Take(byte header, ReadOnlySpan<byte> body)
    {
        var type = (PacketType)(header >> 4);
        if (type == PacketType.Publish && accepted.Task.IsCompleted) Publish(header, body);
        else TakeRest(type, header, body);
        return calls.MustWait;
    }

    /// <summary>The connection has ended.</summary>
    public void End(MqttException why)
    {
        accepted.TrySetException(why);
        _ = accepted.Task.Exception;
    }

    /// <summary>Waits for the handlers of the last message.</summary>
    /// <exception cref="HandlerException">One has failed.</exception>
    public async Task WaitForHandlersAsync(CancellationToken cancellationToken)
    {
        var handlers = AbandonIfFailedAsync(current.PacketId, current.Qos, current.Sequence);
        try
        {
            await handlers.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // They go on without the connection. When one fails then, it is seen when the message comes again.
            _ = handlers.ContinueWith(static t => t.Exception, TaskScheduler.Default);
            throw;
        }
    }

    private async Task AbandonIfFailedAsync(ushort packetId, MqttQos qos, long sequence)
    {
        try
        {
            await calls.WaitAsync(CancellationToken.None);
        }
        catch (HandlerException) when (qos == MqttQos.ExactlyOnce)
        {
            Acknowledgements.Abandon(packetId, sequence);
            throw;
        }
    }

    private void TakeRest(PacketType type, byte header, ReadOnlySpan<byte> body)
    {
        SmallPackets.CheckFlags(header);
        if (!accepted.Task.IsCompleted && type is not (PacketType.Connack or PacketType.Auth)) Broken.Protocol("the first packet is not CONNACK");
        switch (type)
        {
            case PacketType.Connack when !accepted.Task.IsCompleted:
                Accept(ConnackPacket.Read(body, version));
                break;
            case PacketType.Puback or PacketType.Pubrec or PacketType.Pubrel or PacketType.Pubcomp:
                Answer(type, AcknowledgementPacket.Read(body, version));
                break;
            case PacketType.Suback:
                if (client.Subscriptions.Answer(SubackPacket.Read(body, version)) is { } filter) link.Refused?.Invoke(filter);
                break;
            case PacketType.Unsuback:
                client.Subscriptions.AnswerEnding(SubackPacket.Read(body, version));
                break;
            case PacketType.Pingresp:
                client.Outgoing.Answered(link, ++pingsAnswered);
                break;
            case PacketType.Disconnect when version == MqttProtocolVersion.V50:
                var said = DisconnectPacket.Read(body, version);
                link.Abort(new MqttException($"The broker closed the connection ({Said.Of(said.Reason, said.ReasonString)}).", said.Reason));
                break;
            default:
                Broken.Protocol($"a broker may not send {type} here");
                break;
        }
    }

    private void Accept(ConnackPacket packet)
    {
        // Before the next packet is looked at: a new session starts with identifiers of its own.
        if (packet.Reason == Reason.Success && !packet.SessionPresent) client.Received.Clear();
        accepted.SetResult(packet);
    }

    private void Answer(PacketType type, AcknowledgementPacket packet)
    {
        switch (type)
        {
            case PacketType.Puback:
                client.Outgoing.Acknowledge(packet);
                break;
            case PacketType.Pubrec:
                if (client.Outgoing.Receive(packet) is { } release) Write(release);
                break;
            case PacketType.Pubrel:
                Write(Acknowledgements.Release(packet.PacketId));
                break;
            default:
                client.Outgoing.Complete(packet);
                break;
        }
    }

    private void Write(Answer answer)
    {
        if (link.IsLeaving) return;
        link.Outbound.Write([version == MqttProtocolVersion.V50 ? answer : answer with { Reason = Reason.Success }]);
    }

    private void Publish(byte header, ReadOnlySpan<byte> body)
    {
        if (link.IsLeaving) return;
        var packet = PublishPacket.Read(header, body, version, fromBroker: true);
        if (packet.TopicAlias != 0) packet = aliases.Resolve(packet);
        if (!topics.TryMatch(packet.Topic, client.Subscriptions.All, out var handlers))
            throw new MqttException("a topic name is not valid", Reason.TopicNameInvalid);
        client.Counters.AddReceived();
        if (packet.Qos == MqttQos.AtMostOnce)
        {
            current = default;
            calls.Call(packet, handlers, packet.Retain, debtor: null, 0);
            return;
        }

        if (!Acknowledgements.TryBegin(packet.PacketId, packet.Qos)) return;
        var sequence = Acknowledgements.Add(packet.PacketId, packet.Qos, HandlerCalls.Owed(handlers.Length));
        if (Acknowledgements.Unfinished > receiveMaximum + Tolerated) throw TooMany(packet, sequence);
        current = (packet.PacketId, packet.Qos, sequence);
        Deliver(packet, handlers, sequence);
    }

    /// <summary>It was not handled: when it comes again, it is a new one.</summary>
    private MqttException TooMany(in PublishPacket packet, long sequence)
    {
        if (packet.Qos == MqttQos.ExactlyOnce) Acknowledgements.Abandon(packet.PacketId, sequence);
        return new MqttException($"more than {receiveMaximum} messages are not acknowledged", Reason.ReceiveMaximumExceeded);
    }

    private void Deliver(in PublishPacket packet, LocalSubscription[] handlers, long sequence)
    {
        try
        {
            calls.Call(packet, handlers, packet.Retain, Acknowledgements, sequence);
        }
        catch (HandlerException) when (packet.Qos == MqttQos.ExactlyOnce)
        {
            Acknowledgements.Abandon(packet.PacketId, sequence);
            throw;
        }
    }
}
