using System.Net.Sockets;
using System.Security.Authentication;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Broker.Listening;

/// <summary>Comes to terms with clients about TLS, before MQTT begins.</summary>
internal static class Handshakes
{
    /// <returns>Null when they did not come to terms; the socket is closed then.</returns>
    public static async ValueTask<Wire?> SecureAsync(Tls tls, Socket socket, MqttPeer peer, BrokerState broker, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(broker.Options.ConnectTimeout, broker.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        try
        {
            return await tls.SecureAsync(socket, peer, either.Token);
        }
        catch (AuthenticationException exception)
        {
            broker.Log.NotSecured(peer.Remote, exception.Message);
            Record(peer, broker);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Whoever only looks whether the port is open, or says nothing for too long.
            broker.Log.NotSecured(peer.Remote, exception.Message);
        }

        socket.Dispose();
        return null;
    }

    private static void Record(MqttPeer peer, BrokerState broker)
    {
        broker.Counters.LoginFailed();
        broker.Counters.ProtocolError();
        broker.Errors.Add(new MqttProtocolError(
            broker.Time.GetUtcNow().UtcDateTime, "", peer.Remote, Reason.NotAuthorized,
            "TLS failed: a side did not accept the other's certificate or version"));
    }
}
