using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Plantroom.Host.Settings;
using Plantroom.Mqtt;

namespace Plantroom.Host.Startup;

/// <summary>Looks whether the addresses can be opened, and may be.</summary>
internal sealed class PortCheck(IOptions<HttpOptions> http, IOptions<MqttBrokerOptions> mqtt, Roles roles) : IStartupCheck
{
    public IEnumerable<StartupProblem> Check() =>
        roles.Has(Role.Broker) ? [.. Pages(http.Value), .. Devices(mqtt.Value), .. Browsers(http.Value, mqtt.Value)] : Pages(http.Value);

    private static IEnumerable<StartupProblem> Pages(HttpOptions options)
    {
        if (Addresses(options.Address) is not { } addresses)
            yield return new("Http:Address", $"'{options.Address}' is not an IP address or localhost");
        else if (!options.AllowWithoutSignIn && !addresses.All(IPAddress.IsLoopback))
            yield return new(
                "Http:Address",
                $"{options.Address} can be reached by others, who could acknowledge alarms as there is no sign-in yet; use localhost behind a "
                + "reverse proxy that signs people in, or set Http:AllowWithoutSignIn to true if one is in front");
        else if (TryOpen(addresses, options.Port) is { } problem)
            yield return new("Http:Port", problem);
    }

    private static IEnumerable<StartupProblem> Devices(MqttBrokerOptions options)
    {
        var wrong = options.Problems();
        foreach (var text in wrong) yield return SettingsText.Problem("Mqtt", text);
        if (wrong.Count == 0 && TryOpen([IPAddress.Parse(options.Address)], options.Port) is { } problem)
            yield return new("Mqtt:Port", problem);
        var tls = options.Tls;
        if (wrong.Count == 0 && tls.CertificateFile.Length > 0 && TryOpen([IPAddress.Parse(tls.Address)], tls.Port) is { } other)
            yield return new("Mqtt:Tls:Port", other);
    }

    private static IEnumerable<StartupProblem> Browsers(HttpOptions pages, MqttBrokerOptions options)
    {
        if (!options.WebSocket.Enabled || Addresses(pages.Address) is not { } addresses || addresses.All(IPAddress.IsLoopback)) yield break;
        if (MqttPasswordFile.Users(options.PasswordFile).Count > 0) yield break;
        yield return new(
            "Mqtt:WebSocket:Enabled",
            $"{pages.Address} can be reached by others, who could connect at /mqtt, but nobody has a password; add a user with 'plantroom mqtt "
            + "passwd', or set it to false");
    }

    /// <summary>The addresses that a name stands for; null when it is neither an address nor localhost.</summary>
    public static IPAddress[]? Addresses(string name)
    {
        if (name.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return [IPAddress.Loopback];
        return IPAddress.TryParse(name, out var address) ? [address] : null;
    }

    private static string? TryOpen(IPAddress[] addresses, int port)
    {
        if (port == 0) return null;
        foreach (var address in addresses)
        {
            try
            {
                using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(address, port));
                socket.Listen(1);
            }
            catch (SocketException e)
            {
                return e.SocketErrorCode switch
                {
                    SocketError.AddressAlreadyInUse => $"port {port} is taken by another program; choose another, or 0 for any free one",
                    SocketError.AccessDenied => $"port {port} may not be opened by this user; choose one above 1023",
                    SocketError.AddressNotAvailable => $"{address} is not an address of this machine",
                    _ => $"port {port} cannot be opened: {e.Message}",
                };
            }
        }

        return null;
    }
}
