namespace Plantroom.Mqtt.Broker.Moderating;

/// <summary>Says whether many messages come, over all connections: counted in windows of 10 ms, looked at with every batch.</summary>
internal sealed class RateGauge(TimeProvider time)
{
    /// <summary>A second. Below it a message costs more to hold back than it saves: it would mostly travel alone.</summary>
    private const int BusyFrom = 5_000;

    private const int WindowsPerSecond = 100;

    private readonly long window = time.TimestampFrequency / WindowsPerSecond;
    private long started = time.GetTimestamp();
    private int count;
    private bool isBusy;

    /// <summary>Whether so many came in the last whole window, and the present one has not lasted much longer than that.</summary>
    public bool IsBusy => Volatile.Read(ref isBusy);

    /// <summary>Counts what a batch has brought.</summary>
    /// <param name="messages">PUBLISH packets.</param>
    /// <param name="now">A timestamp.</param>
    public void Add(int messages, long now)
    {
        var seen = Interlocked.Add(ref count, messages);
        var since = Interlocked.Read(ref started);
        var elapsed = now - since;
        if (elapsed < window || Interlocked.CompareExchange(ref started, now, since) != since) return;
        Interlocked.Add(ref count, -seen);
        Volatile.Write(ref isBusy, (double)seen * time.TimestampFrequency >= (double)BusyFrom * elapsed);
    }
}
