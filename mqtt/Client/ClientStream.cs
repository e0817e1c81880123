using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Client;

/// <summary>
/// Opens the way to a broker: <c>TCP [ TLS ] [ WebSocket ]</c>. Each is a stream over the one before it, so that what is trusted is
/// decided in one place.
/// </summary>
internal static class ClientStream
{
    /// <exception cref="MqttException">The broker's certificate is not trusted, or it does not speak MQTT there.</exception>
    public static async Task<Stream> OpenAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        var stream = await ConnectAsync(options, cancellationToken);
        try
        {
            if (options.Tls.Enabled) stream = await ClientTls.OpenAsync(stream, options, cancellationToken);
            if (options.Transport == MqttTransport.WebSocket) stream = await UpgradeAsync(stream, options, cancellationToken);
            return stream;
        }
        catch (AuthenticationException exception)
        {
            await stream.DisposeAsync();
            throw new MqttException($"The broker's certificate is not trusted: {exception.Message}", Reason.NotAuthorized);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether an exception is what a connection says that is broken or closed.</summary>
    public static bool IsLost(Exception exception) =>
        exception is WebSocketException or HttpRequestException || Transport.IOutboundOwner.IsOfSocket(exception);

    private static async Task<Stream> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> UpgradeAsync(Stream stream, MqttClientOptions options, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectCallback = (_, _) => ValueTask.FromResult(stream),
        };
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol("mqtt");
            socket.Options.KeepAliveInterval = TimeSpan.Zero;

            // Encrypted or not: the stream below is what it is, and HTTP is spoken over it as it stands.
            await socket.ConnectAsync(new UriBuilder("ws", options.Host, options.Port, options.Path).Uri, invoker, cancellationToken);
            if (socket.SubProtocol != "mqtt")
                throw new MqttException("What is at the WebSocket's path does not speak MQTT.", Reason.UnsupportedProtocolVersion);
            return WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
