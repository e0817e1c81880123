using MQTTnet;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.MqttNet;

/// <summary>
/// One connection of a client: an MQTTnet client that is used once. Acknowledgements that were owed by an earlier connection can
/// therefore never be sent over a later one, whose packet identifiers mean other messages.
/// </summary>
internal sealed class MqttNetLink : IDisposable
{
    private readonly MQTTnet.IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private readonly MqttNetDebts debts = new();
    private readonly MqttNetHandlers handlers;
    private readonly CancellationTokenSource closing = new();
    private readonly TaskCompletionSource<string> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint maximumPacketSize;

    public MqttNetLink(MqttNetHandlers handlers)
    {
        this.handlers = handlers;
        client.ApplicationMessageReceivedAsync += ReceiveAsync;
        client.DisconnectedAsync += args => EndAsync(
            args.Exception is null ? $"The broker closed the connection (0x{(int)args.Reason:X2})." : "The connection was lost.");
    }

    public bool IsConnected => client.IsConnected && !ended.Task.IsCompleted;

    /// <summary>Messages that the broker takes before it has acknowledged them.</summary>
    public int ReceiveMaximum { get; private set; } = ushort.MaxValue;

    /// <summary>Completes when the connection has ended, with the reason in words.</summary>
    public Task<string> Ended => ended.Task;

    /// <summary>The exception of a handler that ended the connection.</summary>
    public Exception? HandlerFailure { get; private set; }

    /// <exception cref="MqttException">The broker refused.</exception>
    public async Task<MqttClientConnectResult> ConnectAsync(MQTTnet.MqttClientOptions options, CancellationToken cancellationToken)
    {
        var result = await client.ConnectAsync(options, cancellationToken);
        if (result.ResultCode != MqttClientConnectResultCode.Success)
        {
            throw new MqttException(
                $"The broker refused the connection (0x{(int)result.ResultCode:X2}{(result.ReasonString is { } why ? ", " + why : "")}).",
                (byte)result.ResultCode);
        }

        maximumPacketSize = result.MaximumPacketSize ?? 0;
        if (result.ReceiveMaximum is > 0 and { } maximum) ReceiveMaximum = maximum;
        return result;
    }

    /// <summary>Publishes; completes with the broker's acknowledgement.</summary>
    /// <exception cref="MqttException">The broker did not take it. Every other exception means that the connection has ended.</exception>
    public async Task PublishAsync(MqttApplicationMessage message)
    {
        var size = MqttNetMessage.Of(message).View().Size((MqttQos)message.QualityOfServiceLevel, Version);
        if (maximumPacketSize > 0 && size > maximumPacketSize)
            throw new MqttException($"The message takes {size} bytes, more than the broker accepts.", Reason.PacketTooLarge);
        var result = await client.PublishAsync(message, closing.Token);
        if ((byte)result.ReasonCode >= Reason.Unspecified)
            throw new MqttException($"The broker did not take the message (0x{(int)result.ReasonCode:X2}).", (byte)result.ReasonCode);
    }

    /// <exception cref="MqttException">The broker refused it. Every other exception means that the connection has ended.</exception>
    public async Task SubscribeAsync(MqttNetSubscription subscription)
    {
        var result = await client.SubscribeAsync(subscription.Request, closing.Token);
        if ((byte)result.Items.First().ResultCode is var reason && reason >= Reason.Unspecified)
            throw new MqttException($"The broker refused the subscription to '{subscription.Filter}' (0x{reason:X2}).", reason);
    }

    public Task UnsubscribeAsync(string filter) =>
        client.UnsubscribeAsync(new MqttClientUnsubscribeOptions { TopicFilters = [filter] }, closing.Token);

    /// <summary>Says goodbye, if the connection still stands.</summary>
    public Task DisconnectAsync(CancellationToken cancellationToken) =>
        client.DisconnectAsync(new MqttClientDisconnectOptions(), cancellationToken);

    public void Dispose()
    {
        _ = EndAsync("The client was disconnected.");
        client.Dispose();
        closing.Dispose();
    }

    private MqttProtocolVersion Version =>
        client.Options.ProtocolVersion == MQTTnet.Formatter.MqttProtocolVersion.V500 ? MqttProtocolVersion.V50 : MqttProtocolVersion.V311;

    private async Task EndAsync(string why)
    {
        if (!ended.TrySetResult(why)) return;
        debts.Close();
        await closing.CancelAsync();
    }

    private async Task ReceiveAsync(MqttApplicationMessageReceivedEventArgs args)
    {
        args.AutoAcknowledge = false;
        if (ended.Task.IsCompleted) return;
        var message = MqttNetMessage.Of(args.ApplicationMessage);
        var matching = handlers.Matching(message.Topic);
        var debt = message.Qos == MqttQos.AtMostOnce ? null : debts.Add(matching.Count, () => args.AcknowledgeAsync(closing.Token));
        if (matching.Count == 0) debts.PayWhatIsFree();
        try
        {
            await MqttNetHandlers.CallAsync(
                matching, message, message.Retain, i => debt is null ? default : new MqttAcknowledgement(debts, debt.Token(i)));
        }
        catch (HandlerException exception)
        {
            HandlerFailure = exception.InnerException;
            await EndAsync("A message handler failed.");
        }
    }
}
