using Microsoft.Extensions.Logging.Abstractions;
using Plantroom.Mqtt;
using Plantroom.TestKit.Bus;

namespace Plantroom.Host.Tests;

public sealed class ReadingsOnMosquittoTests(MosquittoFixture mosquitto) : BusContract<ReadingBatch>, IClassFixture<MosquittoFixture>, IAsyncLifetime
{
    private readonly Buses buses = new(mosquitto.Port, MosquittoFixture.NewClientId());

    protected override IBus<ReadingBatch> Bus => buses.Readings;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => buses.DisposeAsync();

    protected override ReadingBatch Message(string publisher, int number) => Numbered.Batch(publisher, number);

    protected override (string Publisher, int Number) Of(ReadingBatch message) => Numbered.Of(message);
}

public sealed class AlarmsOnMosquittoTests(MosquittoFixture mosquitto) : BusContract<AlarmChange>, IClassFixture<MosquittoFixture>, IAsyncLifetime
{
    private readonly Buses buses = new(mosquitto.Port, MosquittoFixture.NewClientId());

    protected override IBus<AlarmChange> Bus => buses.Alarms;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => buses.DisposeAsync();

    protected override AlarmChange Message(string publisher, int number) => Numbered.Change(publisher, number);

    protected override (string Publisher, int Number) Of(AlarmChange message) => Numbered.Of(message);
}

public sealed class ReadingsOnEmbeddedBrokerTests : BusContract<ReadingBatch>, IAsyncLifetime
{
    private readonly MqttBroker broker = new(new() { Port = 0 }, TimeProvider.System, NullLogger<MqttBroker>.Instance);
    private Buses buses = null!;

    protected override IBus<ReadingBatch> Bus => buses.Readings;

    public async ValueTask InitializeAsync()
    {
        await broker.StartAsync(Ending);
        buses = new(broker.EndPoint.Port, MosquittoFixture.NewClientId());
    }

    public async ValueTask DisposeAsync()
    {
        await buses.DisposeAsync();
        await broker.DisposeAsync();
    }

    protected override ReadingBatch Message(string publisher, int number) => Numbered.Batch(publisher, number);

    protected override (string Publisher, int Number) Of(ReadingBatch message) => Numbered.Of(message);
}
