using System.Net;
using System.Net.Sockets;

namespace Plantroom.TestKit.Mosquitto;

/// <summary>A real Mosquitto on a port of its own on 127.0.0.1, with its configuration in a temporary folder.</summary>
public sealed class MosquittoBroker : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly string configuration;
    private MosquittoProcess process;

    private MosquittoBroker(int port, IEnumerable<string> settings)
    {
        Port = port;
        configuration = folder.File("mosquitto.conf");
        string[] lines =
        [
            $"listener {port} 127.0.0.1", "allow_anonymous true", "user root", "log_dest stderr", "log_type all",
            "persistence true", $"persistence_location {folder.Path}/", .. settings,
        ];
        File.WriteAllLines(configuration, lines);
        process = Run();
    }

    public int Port { get; }

    public int ProcessId => process.Id;

    /// <summary>Starts one and waits until it listens.</summary>
    /// <param name="settings">More lines for mosquitto.conf.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<MosquittoBroker> StartAsync(IEnumerable<string>? settings = null, CancellationToken cancellationToken = default)
    {
        var broker = new MosquittoBroker(FreePort(), settings ?? []);
        try
        {
            await broker.WaitUntilRunningAsync(cancellationToken);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops it at once and starts it again on the same port.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await process.DisposeAsync();
        process = Run();
        await WaitUntilRunningAsync(cancellationToken);
    }

    /// <summary>Ends it as a service manager does, so that it saves its sessions, and starts it again on the same port.</summary>
    public async Task RestartSavedAsync(CancellationToken cancellationToken = default)
    {
        await process.TerminateAsync(cancellationToken);
        await RestartAsync(cancellationToken);
    }

    /// <summary>It does nothing any more, but its connections stay, as with a machine that hangs.</summary>
    public void Freeze() => Signal("-STOP");

    /// <summary>It goes on.</summary>
    public void Thaw() => Signal("-CONT");

    /// <summary>Waits for a line of its log.</summary>
    public Task<string> WaitForLogAsync(Func<string, bool> fits, CancellationToken cancellationToken) =>
        process.ReadLineAsync(fits, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>A port that nobody listens on at the moment.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private void Signal(string signal)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [signal, ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private MosquittoProcess Run() => MosquittoProcess.Start("mosquitto", ["-c", configuration]);

    private Task<string> WaitUntilRunningAsync(CancellationToken cancellationToken) =>
        process.ReadLineAsync(static line => line.EndsWith(" running", StringComparison.Ordinal), cancellationToken);
}
