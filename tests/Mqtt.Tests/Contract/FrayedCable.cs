using System.Net;
using System.Net.Sockets;

namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>
/// What lies between a client and a broker and breaks every few bytes, in either direction and in the middle of packets, until it has
/// broken as often as asked for.
/// </summary>
internal sealed class FrayedCable : IAsyncDisposable
{
    /// <summary>Bytes that pass in one direction before it breaks, on average.</summary>
    private const int Lasting = 1500;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Random random;
    private readonly int to;
    private readonly Task running;
    private Socket? near;
    private Socket? far;

    public FrayedCable(int to, int breaks, int seed)
    {
        (this.to, Breaks, random) = (to, breaks, new Random(seed));
        listener.Start();
        running = RunAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How often it will break yet.</summary>
    public int Breaks { get; private set; }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        Cut();
        await running;
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                near = await listener.AcceptSocketAsync();
                far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                near.NoDelay = true;
                await far.ConnectAsync(IPAddress.Loopback, to);
                await CarryAsync(near, far);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                Cut();
                return;
            }
        }
    }

    private async Task CarryAsync(Socket one, Socket other)
    {
        var there = CopyAsync(one, other, Next());
        var back = CopyAsync(other, one, Next());
        await Task.WhenAny(there, back);
        if (Breaks > 0) Breaks--;
        Cut();
        await Task.WhenAll(there, back);
    }

    /// <summary>The length of what still passes: short ones are likelier, so that connecting is cut as well.</summary>
    private long Next() => Breaks == 0 ? long.MaxValue : (long)(-Math.Log(1 - random.NextDouble()) * Lasting);

    private void Cut()
    {
        near?.Dispose();
        far?.Dispose();
    }

    private static async Task CopyAsync(Socket from, Socket to, long left)
    {
        var buffer = new byte[4096];
        try
        {
            while (left > 0 && await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                count = (int)Math.Min(left, count);
                left -= count;
                for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Cut from the other side.
        }
    }
}
