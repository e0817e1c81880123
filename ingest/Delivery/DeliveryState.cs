namespace Plantroom.Ingest.Delivery;

/// <summary>How the delivery from the spool to the remote store is doing. Immutable.</summary>
/// <param name="NotDelivering">Why the store does not take readings at the moment; null when it does.</param>
/// <param name="Readings">How many readings wait.</param>
/// <param name="Bytes">What the spool takes on the disk.</param>
/// <param name="Since">When the oldest of what waits came in, UTC; null when nothing waits.</param>
/// <param name="Refused">How many readings the store has refused since the start.</param>
internal sealed record DeliveryState(string? NotDelivering, long Readings, long Bytes, DateTime? Since, long Refused)
{
    /// <summary>What the spool may take on the disk at most; 0 when there is none.</summary>
    public long LimitBytes { get; init; }

    /// <summary>Nothing waits.</summary>
    public static DeliveryState Idle { get; } = new(null, 0, 0, null, 0);
}

/// <summary>Where the spool says how it is doing and others read it. May be used from any thread.</summary>
internal sealed class DeliveryMonitor
{
    private volatile DeliveryState current = DeliveryState.Idle;

    /// <summary>As it is now.</summary>
    public DeliveryState Current
    {
        get => current;
        set => current = value;
    }
}
