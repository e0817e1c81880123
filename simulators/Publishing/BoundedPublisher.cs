using System.Runtime.ExceptionServices;
using Plantroom.Mqtt;

namespace Plantroom.Simulators.Publishing;

/// <summary>Publishes with QoS 1 and lets only so many messages wait for their acknowledgement. One caller at a time.</summary>
internal sealed class BoundedPublisher(IMqttClient client, int inFlight, SimulatorMetrics metrics, CancellationToken stopping)
    : IAsyncDisposable
{
    private readonly SemaphoreSlim room = new(inFlight, inFlight);
    private readonly CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private ExceptionDispatchInfo? failure;

    /// <summary>Completes when the message is under way.</summary>
    public async Task PublishAsync(string topic, byte[] payload)
    {
        await room.WaitAsync(ending.Token);
        _ = SendAsync(topic, payload);
    }

    /// <summary>Completes when every message is acknowledged, or refused by the broker.</summary>
    public async Task DrainAsync()
    {
        await TakeAllAsync(ending.Token);
        ending.Token.ThrowIfCancellationRequested();
        failure?.Throw();
    }

    /// <summary>Gives up what is still under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await TakeAllAsync(CancellationToken.None);
        ending.Dispose();
        room.Dispose();
    }

    private async Task TakeAllAsync(CancellationToken cancellationToken)
    {
        var taken = 0;
        try
        {
            for (; taken < inFlight; taken++) await room.WaitAsync(cancellationToken);
        }
        finally
        {
            if (taken > 0) room.Release(taken);
        }
    }

    /// <summary>
    /// What the broker refuses is counted with its reason; anything else is a mistake and thrown by the next drain.
    /// </summary>
    private async Task SendAsync(string topic, byte[] payload)
    {
        try
        {
            await client.PublishAsync(topic, payload, MqttQos.AtLeastOnce, retain: false, ending.Token);
            metrics.Published();
        }
        catch (OperationCanceledException)
        {
            metrics.Dropped("stopping");
        }
        catch (MqttException)
        {
            metrics.Dropped("refused");
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            room.Release();
        }
    }
}
