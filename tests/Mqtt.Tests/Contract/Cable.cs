using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>What lies between a client and a broker: it can be cut, and it can lose what the broker says.</summary>
internal sealed class Cable : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Line, Task> lines = new();
    private readonly int to;
    private readonly Task accepting;
    private volatile bool plugged;

    /// <param name="to">The broker's port.</param>
    /// <param name="plugged">Whether it leads there from the start.</param>
    public Cable(int to, bool plugged = true)
    {
        (this.to, this.plugged) = (to, plugged);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How many connections were made through it so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Cuts the connections; new ones are made.</summary>
    public void Cut()
    {
        foreach (var line in lines.Keys) line.Dispose();
    }

    /// <summary>Cuts the connections; new ones are cut at once.</summary>
    public void Unplug()
    {
        plugged = false;
        Cut();
    }

    public void Plug() => plugged = true;

    /// <summary>From now on, nothing of what the broker says arrives, until the connections are cut.</summary>
    public void LoseAnswers()
    {
        foreach (var line in lines.Keys) line.LosesAnswers = true;
    }

    public async ValueTask DisposeAsync()
    {
        plugged = false;
        listener.Dispose();
        await accepting;
        Cut();
        await Task.WhenAll(lines.Values);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var socket = await listener.AcceptSocketAsync();
                if (!plugged)
                {
                    socket.Dispose();
                    continue;
                }

                Connections++;
                var line = new Line(socket, to);
                var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                lines[line] = ended.Task;
                _ = RunAsync(line, ended);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task RunAsync(Line line, TaskCompletionSource ended)
    {
        await line.RunAsync();
        lines.TryRemove(line, out _);
        ended.SetResult();
    }

    private sealed class Line(Socket near, int to) : IDisposable
    {
        private readonly Socket far = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public bool LosesAnswers { get; set; }

        public async Task RunAsync()
        {
            near.NoDelay = true;
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, to);
                await Task.WhenAny(CopyAsync(near, far, () => false), CopyAsync(far, near, () => LosesAnswers));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // Cut before it was connected.
            }

            Dispose();
        }

        public void Dispose()
        {
            near.Dispose();
            far.Dispose();
        }

        private static async Task CopyAsync(Socket from, Socket to, Func<bool> loses)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (await from.ReceiveAsync(buffer) is > 0 and var count)
                {
                    for (var sent = 0; sent < count && !loses();) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // Cut.
            }
        }
    }
}
