using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Plantroom.Ingest.Commit;

/// <summary>Whether readings can be stored at the moment: the health check <c>ingest</c>.</summary>
internal sealed class IngestHealth : IHealthCheck
{
    private volatile string? failure;

    /// <summary>Says that storing works. True when it did not before.</summary>
    public bool Works() => Interlocked.Exchange(ref failure, null) is not null;

    /// <summary>Says that storing fails. True when it did not before, or for another reason.</summary>
    public bool Fails(string reason) => Interlocked.Exchange(ref failure, reason) != reason;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            failure is { } reason
                ? HealthCheckResult.Unhealthy($"Readings cannot be stored: {reason}. Their senders wait; it is tried again.")
                : HealthCheckResult.Healthy("Readings are stored."));
}
