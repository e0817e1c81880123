using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Plantroom.Host.Bus;

/// <summary>Degraded while the broker of the bus is away.</summary>
internal sealed class BusHealth(IBus<ReadingBatch> readings, IBus<AlarmChange> alarms) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var waiting = (alarms as MqttBus<AlarmChange>)?.Waiting ?? 0;
        var isThere = readings is not MqttBus<ReadingBatch> { IsConnected: false } && alarms is not MqttBus<AlarmChange> { IsConnected: false };
        return Task.FromResult(isThere
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(
                $"the broker of the bus is away: devices are held back, alarms can be acknowledged; {waiting} changes of alarms wait for it"));
    }
}
