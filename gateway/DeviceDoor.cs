using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Plantroom.Mqtt;

namespace Plantroom.Gateway;

/// <summary>
/// The only door: takes what devices publish, decodes it, and passes it on in batches. Stops by closing the door first, then passing on
/// what is inside, then telling the bus that nothing more will come.
/// </summary>
internal sealed partial class DeviceDoor(
    IMqttBroker broker, MessageDecoder decoder, ReadingCollector collector, GatewayCounters counters, RejectionLog rejections,
    IBus<ReadingBatch> bus, TimeProvider time, ILogger<DeviceDoor> logger) : BackgroundService
{
    [ThreadStatic]
    private static DecodedMessage? workSpace;

    private IDisposable? subscription;

    /// <summary>Whether devices are listened to and their readings passed on.</summary>
    public bool IsOpen => subscription is not null && ExecuteTask is { IsCompleted: false };

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        decoder.Follow();
        await base.StartAsync(cancellationToken); // first, as retained messages arrive within the subscription
        subscription = await broker.SubscribeAsync(DeviceTopic.Filter, Handle, cancellationToken);
        LogOpen(logger, DeviceTopic.Filter);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        subscription?.Dispose();
        subscription = null;
        collector.Close();
        try
        {
            if (ExecuteTask is { } pump) await pump.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            LogNotPassedOn(logger, collector.Pending);
        }
        finally
        {
            bus.Complete();
            await base.StopAsync(cancellationToken);
        }
    }

    /// <summary>Passes batches on. A failure ends the host: a door that takes and does not pass on would be a silent loss.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => collector.PumpAsync(stoppingToken);

    internal ValueTask Handle(in MqttMessage message)
    {
        var readings = decoder.Decode(message, workSpace ??= new());
        if (collector.TryAdd(readings, message.Acknowledgement, out var room))
            counters.Readings(readings.Length);
        else if (!readings.IsEmpty)
            rejections.Add(
                new(time.GetUtcNow().UtcDateTime, message.Topic, default, message.Payload),
                new(RejectReason.Stopping, "arrived while the gateway was being stopped; not acknowledged"));
        return room;
    }

    [LoggerMessage(LogLevel.Information, "Devices are listened to on {Filter}")]
    private static partial void LogOpen(ILogger logger, string filter);

    [LoggerMessage(LogLevel.Warning, "Stopped with {Readings} readings that nobody took; they were not acknowledged")]
    private static partial void LogNotPassedOn(ILogger logger, int readings);
}
