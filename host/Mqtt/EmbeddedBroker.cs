using Plantroom.Mqtt;

namespace Plantroom.Host.Mqtt;

/// <summary>Runs the broker as long as the host runs.</summary>
internal sealed class EmbeddedBroker(IMqttBroker broker) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => broker.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => broker.StopAsync(cancellationToken);
}
