using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using Plantroom.TestKit;
using Plantroom.TestKit.Hosting;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.EndToEnd.Tests;

/// <summary>MQTT over WebSocket on the HTTP port of the real program.</summary>
public sealed class WebSocketTests(QuietHost shared) : IClassFixture<QuietHost>
{
    private static readonly byte[] Connect = [0x10, 13, 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, 1, (byte)'w'];

    private readonly HostProcess host = shared.Host;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>3.1.1 and 5.0.</summary>
    [Theory]
    [InlineData(4, 0)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 0)]
    [InlineData(5, 1)]
    [InlineData(5, 2)]
    public async Task NodeClient_PublishAndSubscribe_GetsWhatItSent(int version, int qos)
    {
        var printed = await NodeClient.RoundTripAsync(Address(host), $"{version}", $"{qos}", "web/a", "hello");

        Assert.Equal($$"""{"topic":"web/a","payload":"hello","qos":{{qos}}}""", printed);
    }

    [Fact]
    public async Task WebSocketAndTcp_AreOneBroker_AndTheBannerNamesBoth()
    {
        var file = Path.Combine(shared.Folder, "large");
        await File.WriteAllTextAsync(file, new string('x', 300_000), Cancelled);
        using var socket = await OpenAsync(host);
        await socket.SendAsync(Connect, WebSocketMessageType.Binary, true, Cancelled);
        Assert.Equal([0x20, 2, 0, 0], await ReadAsync(socket, 4));
        await socket.SendAsync(new byte[] { 0x82, 6 }, WebSocketMessageType.Binary, true, Cancelled);
        await socket.SendAsync(new byte[] { 0, 1, 0, 1, (byte)'t', 0 }, WebSocketMessageType.Binary, true, Cancelled);
        Assert.Equal([0x90, 3, 0, 1, 0], await ReadAsync(socket, 5));
        await using var publisher = new MosquittoClients(host.MqttPort).StartPublisher("-t", "t", "-f", file);
        Assert.Equal(0, await publisher.WaitForExitAsync(Cancelled));

        Assert.Equal([0x30, 0xE3, 0xA7, 0x12, 0, 1, (byte)'t', .. Enumerable.Repeat((byte)'x', 300_000)], await ReadAsync(socket, 300_007));
        Assert.Contains($"browsers {Address(host)}", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TextMessage_EndsTheConnection()
    {
        using var socket = await OpenAsync(host);
        await socket.SendAsync(Connect, WebSocketMessageType.Text, true, Cancelled);

        var result = await socket.ReceiveAsync(new ArraySegment<byte>(new byte[10]), Cancelled);

        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, result.CloseStatus);
    }

    [Theory]
    [InlineData("http://evil.example.com", "mqtt", HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1:1", "mqtt", HttpStatusCode.Forbidden)]
    [InlineData(null, "other", HttpStatusCode.BadRequest)]
    public async Task Request_OfAnotherOriginOrProtocol_IsRefused(string? origin, string protocol, HttpStatusCode expected)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.AddSubProtocol(protocol);
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri(Address(host)), Cancelled));

        Assert.Equal(expected, socket.HttpStatusCode);
    }

    [Fact]
    public async Task Page_OfTheHostItself_MayConnect_AndAPlainRequestMayNot()
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        socket.Options.SetRequestHeader("Origin", host.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        await socket.ConnectAsync(new Uri(Address(host)), Cancelled);
        Assert.Equal("mqtt", socket.SubProtocol);
        using var plain = await host.Http.GetAsync(new Uri("/mqtt", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.UpgradeRequired, plain.StatusCode);
    }

    [Fact]
    public async Task Users_OfTheCommand_MayConnect_AndTheEndIsQuickWithAConnectionOpen()
    {
        using var folder = new TempFolder();
        var data = folder.File("data");
        Assert.Equal((0, ""), await PasswdAsync(data, "secret-word", "gateway"));
        await using var host = await HostProcess.StartAsync(
            data, "--roles", "all,-simulators", "--Mqtt:AnonymousLoopback", "false");
        using var open = await OpenAsync(host);
        await open.SendAsync(Connect, WebSocketMessageType.Binary, true, Cancelled);
        Assert.Equal([0x20, 2, 0, 5], await ReadAsync(open, 4));
        using var stays = await OpenAsync(host);

        var printed = await NodeClient.RoundTripAsync(Address(host), "5", "1", "web/a", "hello", "gateway", "secret-word");
        Assert.Contains("\"hello\"", printed, StringComparison.Ordinal);
        Assert.Equal("refused 134", await NodeClient.RoundTripAsync(Address(host), "5", "1", "web/a", "hello", "gateway", "other-word"));
        Assert.Equal((0, "gateway"), await PasswdAsync(data, "", "--list"));
        var broker = (await host.GetAsync("/api/v1/gateway/rejections")).GetProperty("broker");
        Assert.Equal(2, broker.GetProperty("failedLogins").GetInt64());
        Assert.Equal(0, broker.GetProperty("throttledLogins").GetInt64() + broker.GetProperty("unauthorized").GetInt64());
        var (exitCode, took) = await host.InterruptAsync();

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        Assert.DoesNotContain("secret-word", host.Output + host.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("other-word", host.Output + host.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ReachableByOthersWithoutUsers_NamesEveryWayIn()
    {
        using var folder = new TempFolder();
        var (exitCode, _, errors) = await HostProcess.RunAsync(
            folder.Path, "--data", folder.File("data"), "--Http:Address", "0.0.0.0", "--Http:AllowWithoutSignIn", "true", "--Http:Port", "0",
            "--Mqtt:Address", "0.0.0.0", "--Mqtt:Port", "0", "--Mqtt:Tls:CertificateFile", folder.File("none.pem"), "--Mqtt:Tls:Adress", "x");

        Assert.Equal(2, exitCode);
        Assert.Contains("Mqtt:Address: 0.0.0.0 can be reached", errors, StringComparison.Ordinal);
        Assert.Contains("Mqtt:WebSocket:Enabled: 0.0.0.0 can be reached", errors, StringComparison.Ordinal);
        Assert.Contains("Mqtt:Tls:CertificateFile: Could not find", errors, StringComparison.Ordinal);
        Assert.Contains("Mqtt:Tls:Adress: is not a known setting; did you mean Address?", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_ComingAndGoingByTheHundred_AreForgotten_AndOthersAreServed()
    {
        for (var round = 0; round < 5; round++)
        {
            var sockets = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => OpenAsync(host)));
            await Task.WhenAll(sockets.Select((socket, i) => socket.SendAsync(Said(i), WebSocketMessageType.Binary, true, Cancelled)));
            foreach (var socket in sockets)
            {
                socket.Abort();
                socket.Dispose();
            }
        }

        await host.UntilAsync("/api/v1/gateway/rejections", static r => r.GetProperty("broker").GetProperty("connections").GetInt32() == 0);
        using var open = await OpenAsync(host);
        await open.SendAsync(Connect, WebSocketMessageType.Binary, true, Cancelled);
        Assert.Equal([0x20, 2, 0, 0], await ReadAsync(open, 4));

        // Nothing, half a CONNECT, or a whole one with half a PUBLISH behind it.
        static byte[] Said(int i) => (i % 3) switch { 0 => [], 1 => Connect[..9], _ => [.. Connect[..^1], (byte)('A' + i), 0x30, 50, 0, 1] };
    }

    [Fact]
    public async Task Start_ReachableByOthersWithUsers_WarnsThatPasswordsTravelInClear()
    {
        using var folder = new TempFolder();
        Assert.Equal((0, ""), await PasswdAsync(folder.Path, "secret-word", "gateway"));
        await using var host = await HostProcess.StartAsync(
            folder.Path, "--roles", "all,-simulators", "--Http:Address", "0.0.0.0", "--Http:AllowWithoutSignIn", "true", "--Mqtt:Address", "0.0.0.0");

        Assert.Contains("MQTT passwords travel in clear to Http:Address 0.0.0.0", host.Output, StringComparison.Ordinal);
        Assert.Contains("MQTT passwords travel in clear to Mqtt:Address 0.0.0.0", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("in clear", shared.Host.Output, StringComparison.Ordinal);
        if (OperatingSystem.IsWindows()) return;
        foreach (var file in (string[])["mqtt-passwords", "mqtt.db"])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.Path, file)));
    }

    private static string Address(HostProcess host) => $"ws://{host.Http.BaseAddress!.Authority}/mqtt";

    private static async Task<ClientWebSocket> OpenAsync(HostProcess host)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        await socket.ConnectAsync(new Uri(Address(host)), Cancelled);
        return socket;
    }

    private static async Task<byte[]> ReadAsync(ClientWebSocket socket, int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var result = await socket.ReceiveAsync(new ArraySegment<byte>(bytes, at, count - at), Cancelled);
            Assert.Equal(WebSocketMessageType.Binary, result.MessageType);
            at += result.Count;
        }

        return bytes;
    }

    private static async Task<(int ExitCode, string Output)> PasswdAsync(string data, string password, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [HostProcess.HostFile, "mqtt", "passwd", "--data", data, .. words])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteLineAsync(password);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        return (process.ExitCode, output.Trim());
    }
}
