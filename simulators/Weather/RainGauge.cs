using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Weather;

/// <summary>A tipping bucket: counts whole buckets, and tells the intensity from those of the last five minutes.</summary>
internal sealed class RainGauge
{
    private const double Bucket = 0.2;
    private const double WindowSeconds = 300;
    private readonly Queue<double> tips = [];
    private double clock;
    private double inBucket;
    private long count;

    public RainGauge(string id) =>
        Device = new(
            id,
            Cadence.KeepAlive,
            new SimulatedPoint("rain", () => Total, 1),
            new SimulatedPoint("intensity", () => Intensity, 1));

    public SimulatedDevice Device { get; }

    /// <summary>mm since it was installed; whole buckets.</summary>
    public double Total => count * Bucket;

    /// <summary>mm/h.</summary>
    public double Intensity => tips.Count * Bucket * 3600 / WindowSeconds;

    public void Step(double dt, double rain)
    {
        clock += dt;
        inBucket += rain * dt / 3600;
        while (inBucket >= Bucket)
        {
            inBucket -= Bucket;
            count++;
            tips.Enqueue(clock);
        }

        while (tips.TryPeek(out var oldest) && oldest <= clock - WindowSeconds) tips.Dequeue();
    }

    /// <summary>Goes on from an earlier total.</summary>
    public void Resume(double total) => count = (long)Math.Round(total / Bucket);
}
