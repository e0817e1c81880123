using Plantroom.TestKit;
using Plantroom.TestKit.Hosting;

namespace Plantroom.EndToEnd.Tests;

/// <summary>The program, started once for a class of tests.</summary>
public abstract class SharedHost(params string[] arguments) : IAsyncLifetime
{
    private readonly TempFolder folder = new();

    public HostProcess Host { get; private set; } = null!;

    public string Folder => folder.Path;

    public async ValueTask InitializeAsync() => Host = await HostProcess.StartAsync(folder.Path, arguments);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        folder.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Nobody sends anything but the test.</summary>
public sealed class QuietHost() : SharedHost("--roles", "all,-simulators");

/// <summary>The simulated building sends its readings.</summary>
public sealed class SimulatedHost() : SharedHost;
