using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.MqttNet;

/// <summary>
/// One connection of the broker, between MQTTnet's server and its codec. Here in-process subscribers get their messages, and PUBACK and
/// PUBREC wait until those have completed them; MQTTnet itself would acknowledge as soon as the message is routed.
/// <code>
///  socket ─► codec ─► MqttNetConnection ─► handlers (owe an acknowledgement)
///                        │        ▲
///                        ▼        │ PUBACK: sent when routed and completed
///                     MqttServer ─┘
/// </code>
/// </summary>
internal sealed class MqttNetConnection(IMqttChannelAdapter inner, MqttNetTraffic traffic) : IMqttChannelAdapter
{
    private readonly MqttNetDebts debts = new();
    private readonly ConcurrentDictionary<ushort, Owed> owed = new();
    private readonly Dictionary<ushort, string> aliases = [];
    private readonly SemaphoreSlim room = new(traffic.Options.ReceiveMaximum);

    public string ClientId { get; private set; } = "";

    public long BytesReceived => inner.BytesReceived;

    public long BytesSent => inner.BytesSent;

    public X509Certificate2 ClientCertificate => inner.ClientCertificate;

    public EndPoint RemoteEndPoint => inner.RemoteEndPoint;

    public EndPoint LocalEndPoint => inner.LocalEndPoint;

    public bool IsSecureConnection => inner.IsSecureConnection;

    public MqttPacketFormatterAdapter PacketFormatterAdapter => inner.PacketFormatterAdapter;

    private bool Is5 => PacketFormatterAdapter.ProtocolVersion == MQTTnet.Formatter.MqttProtocolVersion.V500;

    public Task ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        debts.Close();
        return inner.DisconnectAsync(cancellationToken);
    }

    public async Task<MqttPacket?> ReceivePacketAsync(CancellationToken cancellationToken)
    {
        try
        {
            var packet = await inner.ReceivePacketAsync(cancellationToken);
            if (packet is MqttConnectPacket connect) Take(connect);
            if (packet is MqttPublishPacket publish) await TakeAsync(publish, cancellationToken);
            return packet;
        }
        catch (MqttException exception)
        {
            await EndAsync(exception.ReasonCode, exception.Message);
            throw new MqttProtocolViolationException(exception.Message);
        }
        catch (MqttProtocolViolationException exception)
        {
            await EndAsync(Reason.MalformedPacket, exception.Message);
            throw;
        }
    }

    public Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        switch (packet)
        {
            case MqttConnAckPacket connack:
                connack.ReceiveMaximum = (ushort)traffic.Options.ReceiveMaximum;
                connack.MaximumPacketSize = (uint)traffic.Options.MaximumPacketSize;
                break;
            case MqttPublishPacket:
                traffic.CountSent();
                break;
            case MqttPubAckPacket or MqttPubRecPacket when owed.TryRemove(((MqttPacketWithIdentifier)packet).PacketIdentifier, out var routed):
                routed.Answer = packet;
                debts.Acknowledge(routed.Debt!.Token(routed.Creditor));
                return Task.CompletedTask;
        }

        return inner.SendPacketAsync(packet, cancellationToken);
    }

    public void ResetStatistics() => inner.ResetStatistics();

    public void Dispose()
    {
        debts.Close();
        room.Dispose();
    }

    private void Take(MqttConnectPacket connect)
    {
        // MQTTnet would refuse it; 3.1.1 lets a client leave the name to the broker when nothing is kept for it.
        if (connect.ClientId.Length == 0 && !Is5 && connect.CleanSession) connect.ClientId = $"auto-{Guid.NewGuid():N}";
        ClientId = connect.ClientId;
    }

    private async Task TakeAsync(MqttPublishPacket publish, CancellationToken cancellationToken)
    {
        ResolveAlias(publish);
        if (publish.Payload.Length > traffic.Options.MaximumPacketSize) throw new MqttException("the packet is too large", Reason.PacketTooLarge);
        traffic.CountReceived();
        var message = MqttNetMessage.Of(MqttNetTraffic.Message(publish));
        if (!Topics.TopicRules.IsName(message.Topic.Span)) throw new MqttException("a topic name is not valid", Reason.TopicNameInvalid);
        var handlers = traffic.Handlers.Matching(message.Topic);
        MqttNetDebt? debt = null;
        if (message.Qos != MqttQos.AtMostOnce)
        {
            await room.WaitAsync(cancellationToken);
            var entry = new Owed(handlers.Count);
            entry.Debt = debt = debts.Add(handlers.Count + 1, () => PayAsync(entry));
            owed[publish.PacketIdentifier] = entry;
        }

        try
        {
            await MqttNetHandlers.CallAsync(
                handlers, message, retained: false, i => debt is null ? default : new MqttAcknowledgement(debts, debt.Token(i)));
        }
        catch (HandlerException exception)
        {
            traffic.HandlerFailed(ClientId, exception.InnerException!);
            throw new MqttException("a message handler failed", Reason.ImplementationSpecific);
        }
    }

    private async Task PayAsync(Owed entry)
    {
        await inner.SendPacketAsync(entry.Answer!, CancellationToken.None);
        room.Release();
    }

    private void ResolveAlias(MqttPublishPacket publish)
    {
        if (publish.TopicAlias == 0) return;
        if (!string.IsNullOrEmpty(publish.Topic)) aliases[publish.TopicAlias] = publish.Topic;
        else if (aliases.TryGetValue(publish.TopicAlias, out var topic)) publish.Topic = topic;
        else throw new MqttException("a topic alias that was not said before", Reason.TopicAliasInvalid);
        publish.TopicAlias = 0;
    }

    /// <summary>Tells a 5.0 client why; MQTTnet closes without a word.</summary>
    private async Task EndAsync(byte reason, string why)
    {
        debts.Close();
        traffic.Broke(ClientId, RemoteEndPoint, reason, why);
        if (!Is5) return;
        var goodbye = new MqttDisconnectPacket { ReasonCode = (MqttDisconnectReasonCode)reason };
        await inner.SendPacketAsync(goodbye, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>What MQTTnet wanted to answer, and the part of the debt that is MQTTnet's own.</summary>
    private sealed class Owed(int creditor)
    {
        public int Creditor => creditor;

        public MqttNetDebt? Debt { get; set; }

        public MqttPacket? Answer { get; set; }
    }
}
