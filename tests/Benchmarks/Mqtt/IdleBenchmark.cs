using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Plantroom.Benchmarks.Mqtt;

/// <summary>
/// Connections that have a subscription each and say nothing: what each costs in memory, and how long it takes until all are back after
/// the broker was restarted.
/// </summary>
internal sealed class IdleBenchmark(BenchArguments arguments)
{
    /// <summary>Connections from one address: there are fewer ports than that for each.</summary>
    private const int PerAddress = 5_000;

    /// <summary>Connections that are made at once.</summary>
    private const int AtOnce = 200;

    private readonly int connections = arguments.Number("connections", 10_000);

    public async Task RunAsync()
    {
        var broker = await BrokerProcess.StartAsync("broker");
        var port = broker.Port;
        await WarmUpAsync(broker.Port);
        var before = await MemoryAsync(broker);
        var clients = await ConnectAllAsync(port);
        var after = await MemoryAsync(broker);
        Console.WriteLine($"{connections:N0} idle connections, each with a subscription");
        var (heap, resident) = ((after.Heap - before.Heap) / connections, (after.Resident - before.Resident) / connections);
        Console.WriteLine($"  managed {heap:N0} bytes each, resident {resident:N0} bytes each");
        var cpu = CpuTime.Of(broker.Process.Id);
        await broker.DisposeAsync();
        clients.ForEach(static c => c.Dispose());

        broker = await BrokerProcess.StartAsync("broker", port);
        var start = Stopwatch.GetTimestamp();
        clients = await ConnectAllAsync(port);
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var again = CpuTime.Of(broker.Process.Id).TotalSeconds;
        Console.WriteLine($"  all back after a restart in {took:F1} s, {again:F1} s of processor time (before: {cpu.TotalSeconds:F1} s)");
        clients.ForEach(static c => c.Dispose());
        await broker.DisposeAsync();
    }

    private async Task<List<Socket>> ConnectAllAsync(int port)
    {
        var all = new List<Socket>();
        foreach (var batch in Enumerable.Range(0, connections).Chunk(AtOnce))
            all.AddRange(await Task.WhenAll(batch.Select(n => ConnectAsync(port, n))));
        return all;
    }

    /// <summary>Connects and subscribes, and waits for both answers.</summary>
    private static async Task<Socket> ConnectAsync(int port, int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(2 + (number / PerAddress))]), 0));
        await socket.ConnectAsync(IPAddress.Loopback, port);
        byte[] id = [.. "idle-"u8, .. System.Text.Encoding.UTF8.GetBytes(number.ToString("D5", CultureInfo.InvariantCulture))];
        await socket.SendAsync((byte[])[0x10, (byte)(12 + id.Length), 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, (byte)id.Length, .. id]);
        await socket.SendAsync((byte[])[0x82, (byte)(5 + id.Length), 0, 1, 0, (byte)id.Length, .. id, 1]);
        var answers = new byte[9];
        for (var read = 0; read < answers.Length;)
        {
            var received = await socket.ReceiveAsync(answers.AsMemory(read));
            if (received == 0) throw new InvalidOperationException("The connection was closed.");
            read += received;
        }

        return socket;
    }

    private static async Task WarmUpAsync(int port)
    {
        foreach (var socket in await Task.WhenAll(Enumerable.Range(90_000, 500).Select(n => ConnectAsync(port, n)))) socket.Dispose();
    }

    private static async Task<(long Heap, long Resident)> MemoryAsync(BrokerProcess broker)
    {
        var heap = await broker.AskAsync("heap");
        broker.Process.Refresh();
        return (heap, broker.Process.WorkingSet64);
    }
}
