using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Plantroom.Mqtt;
using Plantroom.TestKit;

namespace Plantroom.Gateway.Tests;

/// <summary>The gateway's parts on the shipped site model, a manual clock and the real bus.</summary>
internal sealed class GatewayBench : IDisposable
{
    private static readonly Lazy<Facility> Shipped = new(static () => FacilityFile.Load(Repository.ShippedFacility).Facility!);
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly DecodedMessage workSpace = new();

    public GatewayBench(Action<GatewayOptions>? configure = null)
    {
        var settings = new GatewayOptions();
        configure?.Invoke(settings);
        var options = Options.Create(settings);
        Counters = new(services.GetRequiredService<IMeterFactory>());
        Unknown = new(options);
        Log = new(options, Counters, Unknown);
        Decoder = new(options, Clock, Source, Counters, Log);
        Collector = new(options, Bus, Clock);
        Door = new(Broker, Decoder, Collector, Counters, Log, Bus, Clock, NullLogger<DeviceDoor>.Instance);
        Health = new(Door, Collector, options);
        Decoder.Follow();
    }

    public ManualClock Clock { get; } = new();

    public InMemoryBus<ReadingBatch> Bus { get; } = new();

    public FakeBroker Broker { get; } = new();

    public FakeSource Source { get; } = new(Shipped.Value);

    public GatewayCounters Counters { get; }

    public UnknownDevices Unknown { get; }

    public RejectionLog Log { get; }

    public MessageDecoder Decoder { get; }

    public ReadingCollector Collector { get; }

    public DeviceDoor Door { get; }

    public GatewayHealth Health { get; }

    public long Rejected => Counters.Rejected.Sum(static c => c.Value);

    public long RejectedFor(RejectReason reason) => Counters.Rejected.Single(c => c.Key == reason).Value;

    public Reading[] Decode(string topic, string payload, bool retain = false) => Decode(topic, Encoding.UTF8.GetBytes(payload), retain);

    public Reading[] Decode(string topic, byte[] payload, bool retain = false) =>
        Decoder.Decode(new MqttMessage { Topic = Encoding.UTF8.GetBytes(topic), Payload = payload, Retain = retain }, workSpace).ToArray();

    public static string Text(Reading reading)
    {
        var quality = reading.Quality.Level is QualityLevel.Good ? "Good" : $"{reading.Quality.Level}({reading.Quality.Reason})";
        return string.Create(CultureInfo.InvariantCulture, $"{reading.Point} = {reading.Value} at {reading.Time:yyyy-MM-dd'T'HH:mm:ss.FFFFFFF}Z {quality}");
    }

    public void Dispose()
    {
        Door.Dispose();
        services.Dispose();
    }

    public sealed class FakeSource(Facility current) : IFacilitySource
    {
        public event Action<Facility>? Changed;

        public Facility Current { get; private set; } = current;

        public void Change(Facility to)
        {
            Current = to;
            Changed?.Invoke(to);
        }
    }
}
