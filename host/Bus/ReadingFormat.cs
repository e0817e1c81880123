using System.Text;
using Plantroom.Mqtt;

namespace Plantroom.Host.Bus;

/// <summary>Batches of readings as line protocol on <c>plantroom/v1/readings/{site}</c>.</summary>
internal sealed partial class ReadingFormat(BusMetrics metrics, ILogger<ReadingFormat> logger, IFacilitySource? facility = null)
    : BusFormat<ReadingBatch>
{
    /// <summary>The most readings in one message: about 100 kB, and with the longest names still below the 2 MiB that a client takes.</summary>
    public const int MaxReadings = 1_000;

    private readonly LineProtocolWriter writer = new(facility);

    public override string Name => "readings";

    public override bool CanBeKept => true;

    /// <summary>A message is of one site; a batch of several sites, which is rare, is taken apart.</summary>
    public override void Write(ReadingBatch message, BusOutput output)
    {
        var readings = message.Readings;
        if (readings.IsEmpty) return;
        var site = readings[0].Point.Site;
        var ofOne = true;
        foreach (ref readonly var reading in readings) ofOne &= reading.Point.Site == site;
        if (ofOne) Write(site, readings, output);
        else
            foreach (var group in message.Memory.ToArray().GroupBy(static r => r.Point.Site))
                Write(group.Key, group.ToArray(), output);
    }

    public override BusRead<ReadingBatch> Reader()
    {
        var (reader, readings, faults) = (new LineProtocolReader(), new List<Reading>(), new List<LineFault>());
        return (in MqttMessage message, Acknowledgement? kept) =>
        {
            readings.Clear();
            faults.Clear();
            var rejected = reader.Read(message.Payload, readings, faults);
            if (rejected > 0)
            {
                metrics.Rejected(Name, rejected);
                LogRejected(rejected, Encoding.UTF8.GetString(message.Topic), faults[0]);
            }

            return readings.Count == 0 ? null : new(readings.ToArray(), kept is { } owed ? new[] { owed } : default(ReadOnlyMemory<Acknowledgement>));
        };
    }

    /// <summary>What the broker keeps for whoever stores it need not be sent again by the device.</summary>
    public override void Published(ReadingBatch message) => message.Kept();

    private void Write(string site, ReadOnlySpan<Reading> readings, BusOutput output)
    {
        for (; !readings.IsEmpty; readings = readings[Math.Min(readings.Length, MaxReadings)..])
        {
            output.Begin(Prefix + site);
            writer.Write(readings[..Math.Min(readings.Length, MaxReadings)], output);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Lines} lines of a message on {Topic} were rejected, the first: {Fault}")]
    private partial void LogRejected(int lines, string topic, LineFault fault);
}
