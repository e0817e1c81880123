using System.Buffers;
using System.Net.Sockets;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Broker;

/// <summary>Closes a socket so that the last words arrive.</summary>
internal static class Farewell
{
    /// <summary>Real time: it bounds work on a socket, which no other clock can move.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <param name="socket">The socket; closed afterwards.</param>
    /// <param name="outbound">What is still to be sent.</param>
    /// <param name="lingers">Whether the client may still be sending: a close with unread bytes would throw away what was sent last,
    /// and so they are read first.</param>
    public static async Task SendAsync(Socket socket, OutboundBuffer outbound, bool lingers)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            await outbound.WaitUntilSentAsync().WaitAsync(patience.Token);
            socket.Shutdown(SocketShutdown.Send);
            if (lingers) await ReadToEndAsync(socket, patience.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It does not listen any more, or not fast enough: then it is closed without it.
        }

        socket.Dispose();
    }

    private static async Task ReadToEndAsync(Socket socket, CancellationToken cancellationToken)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (await socket.ReceiveAsync(scratch.AsMemory(), cancellationToken) > 0)
            {
                // Thrown away: what comes after the broken packet has no meaning.
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }
}
