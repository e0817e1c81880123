using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Publishing;

/// <summary>
/// Decides when a device reports: at once when something changed by more than its dead-band, and regularly besides.
/// </summary>
internal sealed class DeviceReporter(SimulatedDevice device, SimulatorOptions options)
{
    private readonly double[] sent = new double[device.Points.Count];
    private readonly double[] current = new double[device.Points.Count];
    private DateTime? sentAt;

    /// <summary>Whose readings it reports.</summary>
    public string Equipment => device.Equipment;

    /// <summary>Where it publishes.</summary>
    public string Topic { get; } = options.TopicOf(device.Equipment);

    /// <summary>The message that is due; null when there is nothing to say yet.</summary>
    public byte[]? Due(DateTime now)
    {
        Read();
        if (sentAt is { } last && now - last < Interval - options.Tick / 2 && !Changed()) return null;
        return Message(now);
    }

    /// <summary>What the device shows, whether it is due or not.</summary>
    public byte[] Report(DateTime now)
    {
        Read();
        return Message(now);
    }

    private TimeSpan Interval => device.Cadence() switch
    {
        Cadence.Metering => options.MeterInterval,
        Cadence.Fast => options.LevelInterval,
        Cadence.Fastest => options.LevelIntervalInRain,
        _ => options.KeepAlive,
    };

    private void Read()
    {
        for (var i = 0; i < current.Length; i++) current[i] = device.Points[i].Value;
    }

    private bool Changed()
    {
        for (var i = 0; i < current.Length; i++)
            if (Math.Abs(current[i] - sent[i]) > device.Points[i].Deadband)
                return true;
        return false;
    }

    private byte[] Message(DateTime now)
    {
        sentAt = now;
        current.CopyTo(sent, 0);
        return DeviceMessage.Encode(now, device.Points, current);
    }
}
