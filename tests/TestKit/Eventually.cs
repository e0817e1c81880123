namespace Plantroom.TestKit;

/// <summary>Waits for something that other threads bring about.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Looks again and again until the condition holds.</summary>
    /// <exception cref="TimeoutException">It does not hold within 20 seconds.</exception>
    public static async Task True(Func<bool> condition, string what, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience) throw new TimeoutException("Not seen: " + what);
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }
}
