using System.Net;
using System.Net.Sockets;

namespace Plantroom.Mqtt.Broker.Listening;

/// <summary>An open port that takes connections.</summary>
internal sealed class Listener : IDisposable
{
    /// <summary>Connections that may wait to be accepted.</summary>
    public const int Backlog = 512;

    private readonly Socket socket;

    private Listener(Socket socket, EndPoint address) => (this.socket, EndPoint) = (socket, (IPEndPoint)address);

    public IPEndPoint EndPoint { get; }

    /// <summary>Whether only this computer itself can reach it.</summary>
    public bool IsLocal => IPAddress.IsLoopback(EndPoint.Address);

    /// <exception cref="SocketException">The port is taken or may not be opened.</exception>
    public static Listener Open(string address, int port)
    {
        var parsed = IPAddress.Parse(address);
        var socket = new Socket(parsed.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(parsed, port));
            socket.Listen(Backlog);
            return new Listener(socket, socket.LocalEndPoint!);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Takes connections until it is cancelled; does not throw.</summary>
    public async Task AcceptAsync(Action<Socket> take, BrokerLog log, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                take(await socket.AcceptAsync(stopping));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
            {
                // One that is gone again already, or, above all, "too many open files": it passes when others close theirs.
                log.AcceptFailed(exception);
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, stopping)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public void Dispose() => socket.Dispose();
}
