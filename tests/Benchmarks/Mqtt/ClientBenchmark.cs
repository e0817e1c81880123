using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Plantroom.Mqtt;

namespace Plantroom.Benchmarks.Mqtt;

/// <summary>
/// The client as the sole subscriber of packets that a bare socket has built beforehand and sends as fast as they are taken; beside it, a
/// bare receiver of the same bytes.
/// </summary>
internal sealed class ClientBenchmark(BenchArguments arguments)
{
    private readonly int messages = arguments.Number("messages", 5_000_000);
    private readonly int rounds = arguments.Number("rounds", 3);

    public async Task RunAsync()
    {
        foreach (var qos in arguments.Numbers("qos", 0, 1))
        {
            Console.WriteLine($"QoS {qos}, {messages:N0} messages to one handler");
            for (var round = 0; round <= rounds; round++) await MeasureAsync(qos, show: round > 0);
        }
    }

    private async Task MeasureAsync(int qos, bool show)
    {
        using var source = new PacketSource(qos, messages);
        await using var client = new MqttClient(
            new() { Port = source.Port, ProtocolVersion = MqttProtocolVersion.V311, ClientId = "bench", KeepAlive = TimeSpan.Zero },
            TimeProvider.System, NullLogger<MqttClient>.Instance);
        var counter = new Counter(messages);
        await client.ConnectAsync();
        await client.SubscribeAsync("#", (MqttQos)qos, counter.Take);
        var (cpu, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
        var before = Stopwatch.GetTimestamp();
        source.Start();
        await counter.All;
        var took = Stopwatch.GetElapsedTime(before);
        var bytes = (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / messages;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        if (!show) return;
        var each = cpu.TotalSeconds * 1e6 / messages;
        Console.WriteLine(
            $"  {messages / took.TotalSeconds,12:N0}/s  {bytes:F2} heap bytes a message  {each:F2} CPU-s per million, the sender's included");
    }

    private sealed class Counter(int expected)
    {
        private readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int count;

        public Task All => all.Task;

        public ValueTask Take(in MqttMessage message)
        {
            message.Acknowledgement.Complete();
            if (++count == expected) all.SetResult();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>As much of a broker as one subscriber needs: says yes to CONNECT and SUBSCRIBE, then sends what it has.</summary>
internal sealed class PacketSource : IDisposable
{
    /// <summary>Messages in one send.</summary>
    private const int Burst = 400;

    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ManualResetEventSlim started = new();
    private readonly int qos;
    private readonly int messages;

    public PacketSource(int qos, int messages)
    {
        (this.qos, this.messages) = (qos, messages);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    public void Start() => started.Set();

    public void Dispose()
    {
        listener.Dispose();
        started.Dispose();
    }

    private void Serve()
    {
        using var socket = listener.Accept();
        Answer(socket, [0x20, 2, 0, 0]);
        Answer(socket, [0x90, 3, 0, 1, (byte)qos]);
        started.Wait();
        var answers = new Thread(() => ReadAnswers(socket)) { IsBackground = true };
        answers.Start();
        var stream = new MessageStream(0, 1, qos);
        var buffer = new byte[Burst * stream.Size];
        for (var sent = 0; sent < messages;)
        {
            var count = Math.Min(Burst, messages - sent);
            for (var i = 0; i < count; i++) stream.Write(buffer.AsSpan(i * stream.Size), 0);
            socket.Send(buffer.AsSpan(0, count * stream.Size));
            sent += count;
        }

        answers.Join();
    }

    /// <summary>Reads one packet whose length is one byte, and answers; a SUBSCRIBE's identifier is taken from it.</summary>
    private static void Answer(Socket socket, byte[] answer)
    {
        var body = RawMqtt.ReadExactly(socket, RawMqtt.ReadExactly(socket, 2)[1]);
        if (answer[0] == 0x90) body.AsSpan(0, 2).CopyTo(answer.AsSpan(2));
        socket.Send(answer);
    }

    private static void ReadAnswers(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (socket.Receive(buffer) > 0)
            {
                // Taken off the socket, as a broker would.
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The round is over.
        }
    }
}
