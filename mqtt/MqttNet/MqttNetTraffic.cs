using System.Net;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Packets;
using Plantroom.Mqtt.Broker;

namespace Plantroom.Mqtt.MqttNet;

/// <summary>What the connections of a broker share: the in-process subscribers, the limits and the counts.</summary>
internal sealed partial class MqttNetTraffic(MqttBrokerOptions options, TimeProvider time, ILogger logger)
{
    private long received;
    private long sent;
    private long dropped;
    private long protocolErrors;

    public MqttBrokerOptions Options => options;

    public MqttNetHandlers Handlers { get; } = new();

    public RecentErrors Errors { get; } = new();

    public MqttBrokerStatistics Statistics(int connections) => new(
        connections, Volatile.Read(ref received), Volatile.Read(ref sent), Volatile.Read(ref dropped), Volatile.Read(ref protocolErrors));

    public void CountReceived() => Interlocked.Increment(ref received);

    public void CountSent() => Interlocked.Increment(ref sent);

    public void CountDropped() => Interlocked.Increment(ref dropped);

    /// <summary>A client broke the protocol, and its connection ends.</summary>
    public void Broke(string client, EndPoint? remote, byte reason, string why)
    {
        Interlocked.Increment(ref protocolErrors);
        Errors.Add(new MqttProtocolError(time.GetUtcNow().UtcDateTime, client, remote, reason, why));
    }

    public void HandlerFailed(string client, Exception exception) => LogHandlerFailed(logger, client, exception);

    public static MqttApplicationMessage Message(MqttPublishPacket packet) => new()
    {
        Topic = packet.Topic,
        Payload = packet.Payload,
        QualityOfServiceLevel = packet.QualityOfServiceLevel,
        Retain = packet.Retain,
        Dup = packet.Dup,
        MessageExpiryInterval = packet.MessageExpiryInterval,
        PayloadFormatIndicator = packet.PayloadFormatIndicator,
        ContentType = packet.ContentType,
        ResponseTopic = packet.ResponseTopic,
        CorrelationData = packet.CorrelationData,
        UserProperties = packet.UserProperties,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "A message handler failed for MQTT client {Client}.")]
    private static partial void LogHandlerFailed(ILogger logger, string client, Exception exception);
}
