using System.Net;
using System.Net.Sockets;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>Answers every CONNECT with "not authorized".</summary>
internal sealed class RefusingBroker : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Task accepting;

    public RefusingBroker()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync();
                var connect = new byte[1024];
                var count = await socket.ReceiveAsync(connect);
                var is5 = connect.AsSpan(0, count).IndexOf("MQTT\x05"u8) >= 0;
                await socket.SendAsync(is5 ? [0x20, 3, 0, Reason.NotAuthorized, 0] : new byte[] { 0x20, 2, 0, 5 });
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The end.
        }
    }
}
