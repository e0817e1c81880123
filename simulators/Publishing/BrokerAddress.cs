using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Plantroom.Mqtt;

namespace Plantroom.Simulators.Publishing;

/// <summary>
/// Which broker the devices connect to: the one in the settings, else the one in this process, else the one on this machine.
/// </summary>
internal static class BrokerAddress
{
    public static SimulatorConnection Connection(SimulatorOptions options, IServiceProvider services)
    {
        var (host, port) = HostAndPort(options, services);
        var broker = options.Broker;
        return new(host, port, "simulator-" + options.Site, options.StatusTopic, SimulatorStatus.Offline)
        {
            UserName = broker.UserName,
            PasswordFile = broker.PasswordFile,
            Tls = new() { Enabled = broker.Tls, CaFile = broker.CaFile },
        };
    }

    private static (string Host, int Port) HostAndPort(SimulatorOptions options, IServiceProvider services)
    {
        if (!string.IsNullOrWhiteSpace(options.Broker.Host)) return (options.Broker.Host, options.Broker.Port);
        if (services.GetService<IMqttBroker>() is not { } broker) return (IPAddress.Loopback.ToString(), options.Broker.Port);
        var (address, port) = (broker.EndPoint.Address, broker.EndPoint.Port);
        if (address.Equals(IPAddress.Any)) address = IPAddress.Loopback;
        else if (address.Equals(IPAddress.IPv6Any)) address = IPAddress.IPv6Loopback;
        return (address.ToString(), port);
    }
}
