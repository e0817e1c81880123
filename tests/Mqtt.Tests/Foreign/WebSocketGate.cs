using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Plantroom.Mqtt.Tests.Foreign;

/// <summary>A WebSocket server in front of a broker on 127.0.0.1 that has none: every connection goes to the broker's TCP port.</summary>
internal sealed class WebSocketGate : IAsyncDisposable
{
    private readonly int broker;
    private readonly PemFiles? files;
    private readonly WebApplication app;

    /// <param name="broker">The broker's port.</param>
    /// <param name="files">Certificates for TLS on both sides; null for none.</param>
    public WebSocketGate(int broker, PemFiles? files)
    {
        (this.broker, this.files) = (broker, files);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0, l =>
        {
            if (files is not null) l.UseHttps(Certificate(files));
        }));
        app = builder.Build();
        app.UseWebSockets();
        app.Run(ServeAsync);
        app.StartAsync().GetAwaiter().GetResult();
    }

    public string? SubProtocol { get; init; } = "mqtt";

    public string? Path { get; private set; }

    public int Port => new Uri(app.Urls.First()).Port;

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    private static X509Certificate2 Certificate(PemFiles files)
    {
        using var pem = X509Certificate2.CreateFromPemFile(files.Certificate("server"), files.Key("server"));
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    private async Task ServeAsync(HttpContext context)
    {
        Path = context.Request.Path;
        using var socket = await context.WebSockets.AcceptWebSocketAsync(SubProtocol);
        if (SubProtocol is null) return;
        await using var outside = WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: false);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, broker);
        await using var inside = await InsideAsync(tcp.GetStream());
        try
        {
            await await Task.WhenAny(
                outside.CopyToAsync(inside, context.RequestAborted), inside.CopyToAsync(outside, context.RequestAborted));
        }
        catch (Exception exception) when (exception is IOException or WebSocketException or OperationCanceledException)
        {
            // One of the two has left.
        }
    }

    private async Task<Stream> InsideAsync(Stream stream)
    {
        if (files is null) return stream;
        var encrypted = new SslStream(stream);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(files.Ca);
        await encrypted.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = policy });
        return encrypted;
    }
}
