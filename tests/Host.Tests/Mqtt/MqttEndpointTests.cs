using System.Net;
using Microsoft.AspNetCore.Http;
using Plantroom.Host.Mqtt;

namespace Plantroom.Host.Tests.Mqtt;

public sealed class MqttEndpointTests
{
    [Theory]
    [InlineData("http://localhost:5080", "localhost:5080", true)]
    [InlineData("https://plant.example.org", "plant.example.org", true)]
    [InlineData("http://LOCALHOST:5080", "localhost:5080", true)]
    [InlineData("https://display.example.org", "plant.example.org", true)]
    [InlineData("http://localhost:5081", "localhost:5080", false)]
    [InlineData("http://evil.example.com", "plant.example.org", false)]
    [InlineData("https://display.example.org.evil.example.com", "plant.example.org", false)]
    [InlineData("file://", "localhost:5080", false)]
    [InlineData("null", "localhost:5080", false)]
    [InlineData("", "localhost:5080", false)]
    public void Origin_OfTheHostItselfOrListed_IsAllowed(string origin, string host, bool allowed) =>
        Assert.Equal(allowed, MqttEndpoint.IsAllowed(origin, new HostString(host), ["https://display.example.org/"]));

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", null, true)]
    [InlineData("::1", "::1", null, true)]
    [InlineData("::ffff:127.0.0.1", "::ffff:127.0.0.1", null, true)]
    [InlineData("192.168.0.2", "192.168.0.9", null, false)]
    [InlineData("127.0.0.1", "127.0.0.1", "X-Forwarded-For", false)]
    [InlineData("127.0.0.1", "127.0.0.1", "Forwarded", false)]
    public void Peer_OfThisComputer_IsLocal_UnlessAProxyBroughtIt(string here, string there, string? header, bool isLocal)
    {
        var context = new DefaultHttpContext();
        (context.Connection.LocalIpAddress, context.Connection.RemoteIpAddress) = (IPAddress.Parse(here), IPAddress.Parse(there));
        if (header is not null) context.Request.Headers[header] = "10.0.0.1";

        var peer = MqttEndpoint.Peer(context);

        Assert.Equal(isLocal, peer.IsLocal);
        Assert.Equal(IPAddress.Parse(there), ((IPEndPoint)peer.Remote!).Address);
    }
}
