using System.Net;
using Microsoft.Extensions.Options;
using Plantroom.Mqtt;

namespace Plantroom.Host.Mqtt;

/// <summary>MQTT over WebSocket (MQTT 5.0 section 6) on the HTTP port.</summary>
internal static class MqttEndpoint
{
    public const string Path = "/mqtt";

    private const string SubProtocol = "mqtt";

    /// <summary>What a proxy adds: whoever is behind it is not this computer.</summary>
    private static readonly string[] ProxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"];

    /// <summary>Serves it, unless the settings switch it off.</summary>
    public static void MapMqtt(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<IOptions<MqttBrokerOptions>>().Value.WebSocket.Enabled) return;
        app.UseWebSockets();
        app.Map(Path, ServeAsync).ExcludeFromDescription();
    }

    /// <summary>Whether a browser may connect from a page of an origin: of this host itself, or of one that is listed. Without this check,
    /// any page that somebody in the house opens could speak to the devices.</summary>
    public static bool IsAllowed(string origin, HostString host, IReadOnlyList<string> allowed)
    {
        if (allowed.Any(a => a.TrimEnd('/').Equals(origin, StringComparison.OrdinalIgnoreCase))) return true;
        return Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && (page.Scheme == Uri.UriSchemeHttp || page.Scheme == Uri.UriSchemeHttps)
            && page.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Who is at the other end. Local is only what neither the network nor a proxy has brought.</summary>
    public static MqttPeer Peer(HttpContext context)
    {
        var connection = context.Connection;
        var remote = connection.RemoteIpAddress is { } address ? new IPEndPoint(address, connection.RemotePort) : null;
        var isLocal = connection is { LocalIpAddress: { } here, RemoteIpAddress: { } there }
            && IPAddress.IsLoopback(here) && IPAddress.IsLoopback(there);
        return new MqttPeer(remote, isLocal && !ProxyHeaders.Any(context.Request.Headers.ContainsKey));
    }

    private static async Task ServeAsync(HttpContext context)
    {
        if (Refusal(context) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var socket = await context.WebSockets.AcceptWebSocketAsync(SubProtocol);
        await using var stream = new WebSocketBytes(socket);
        await context.RequestServices.GetRequiredService<IMqttBroker>().ServeAsync(stream, Peer(context), stopping);
    }

    private static IResult? Refusal(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
            return Results.Problem("Here MQTT is spoken over WebSocket.", statusCode: StatusCodes.Status426UpgradeRequired);
        if (!context.WebSockets.WebSocketRequestedProtocols.Contains(SubProtocol))
            return Results.Problem($"The WebSocket sub-protocol must be {SubProtocol}.", statusCode: StatusCodes.Status400BadRequest);
        var allowed = context.RequestServices.GetRequiredService<IOptions<MqttBrokerOptions>>().Value.WebSocket.AllowedOrigins;
        return context.Request.Headers.Origin is [{ } origin, ..] && !IsAllowed(origin, context.Request.Host, allowed)
            ? Results.Problem("Pages of this origin may not connect, see Mqtt:WebSocket:AllowedOrigins.", statusCode: StatusCodes.Status403Forbidden)
            : null;
    }
}
