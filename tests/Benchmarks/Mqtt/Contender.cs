using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.Benchmarks.Mqtt;

/// <summary>A broker in a process of its own, so that its processor time is its own.</summary>
internal sealed class Contender(string name, int port, Process process, IAsyncDisposable? owner = null) : IAsyncDisposable
{
    /// <summary>Not measured while it drops: everything may queue and be in flight.</summary>
    private static readonly string[] MosquittoSettings =
        ["log_type none", "log_type information", "max_queued_messages 0", "max_inflight_messages 65535", "set_tcp_nodelay true"];

    public string Name => name;

    public int Port => port;

    public int ProcessId => process.Id;

    public TimeSpan Cpu => CpuTime.Of(process.Id);

    /// <summary>Starts those that take part: ours, Mosquitto when it is installed, and those of the command line.</summary>
    public static async Task<List<Contender>> StartAllAsync(BenchArguments arguments)
    {
        var all = new List<Contender>();
        if (arguments.Wants("plantroom")) all.Add(await StartOursAsync());
        if (arguments.Wants("mosquitto") && File.Exists("/usr/sbin/mosquitto")) all.Add(await StartMosquittoAsync());
        foreach (var peer in arguments.Peers.Where(p => arguments.Wants(p.Name))) all.Add(await StartAsync(peer));
        return all;
    }

    public static async Task<Contender> StartOursAsync(int port = 0)
    {
        var broker = await BrokerProcess.StartAsync("broker", port);
        return new("plantroom", broker.Port, broker.Process, broker);
    }

    public async ValueTask DisposeAsync()
    {
        if (owner is not null)
        {
            await owner.DisposeAsync();
            return;
        }

        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    public static async Task<Contender> StartMosquittoAsync()
    {
        var broker = await MosquittoBroker.StartAsync(MosquittoSettings);
        return new("mosquitto", broker.Port, Process.GetProcessById(broker.ProcessId), broker);
    }

    private static async Task<Contender> StartAsync(Peer peer)
    {
        var port = MosquittoBroker.FreePort();
        var words = peer.CommandLine.Replace("{port}", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Split(' ');
        var process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true })!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        await WaitUntilListeningAsync(port);
        return new(peer.Name, port, process);
    }

    private static async Task WaitUntilListeningAsync(int port)
    {
        var before = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(before) < TimeSpan.FromSeconds(20))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }
}
