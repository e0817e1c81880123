using Plantroom.TestKit.Mosquitto;

namespace Plantroom.Host.Tests;

/// <summary>A Mosquitto for the bus tests of one class, set up as docs/formats/bus.md says.</summary>
public sealed class MosquittoFixture : IAsyncLifetime
{
    private static readonly string[] Settings = ["max_queued_messages 0", "max_inflight_messages 0"];
    private static int names;

    public MosquittoBroker Broker { get; private set; } = null!;

    public int Port => Broker.Port;

    /// <summary>A client id that no other test uses.</summary>
    public static string NewClientId() => $"test-{Interlocked.Increment(ref names)}";

    public async ValueTask InitializeAsync() => Broker = await MosquittoBroker.StartAsync(Settings);

    public ValueTask DisposeAsync() => Broker.DisposeAsync();
}
