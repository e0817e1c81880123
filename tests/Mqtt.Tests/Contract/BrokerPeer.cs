namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>A broker that the suite runs against, shared by all cases of a class: each uses topics and client ids of its own.</summary>
public abstract class BrokerPeer : IAsyncLifetime
{
    private readonly SemaphoreSlim gate = new(1);
    private int port;

    /// <summary>What it lacks, each with the reason.</summary>
    public virtual IReadOnlyDictionary<Ability, string> Lacks { get; } = new Dictionary<Ability, string>();

    /// <summary>Forbidden packets after which it goes on.</summary>
    public virtual IReadOnlySet<string> Tolerates { get; } = new HashSet<string>();

    /// <summary>The name that its clients say; null for none. The password is "x".</summary>
    public virtual string? UserName => null;

    /// <summary>Started by the first case that asks, so that a broker that is not installed skips cases and breaks nothing.</summary>
    public async Task<int> PortAsync()
    {
        await gate.WaitAsync();
        try
        {
            return port = port != 0 ? port : await StartAsync();
        }
        finally
        {
            gate.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopAsync();
        gate.Dispose();
    }

    /// <returns>The port that it listens on.</returns>
    protected abstract Task<int> StartAsync();

    protected abstract ValueTask StopAsync();
}
