using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Plantroom.Mqtt;

namespace Plantroom.Simulators.Publishing;

/// <summary>Looks whether the simulated devices have what the broker will ask them for.</summary>
internal sealed class BrokerCheck(IOptions<SimulatorOptions> options, IServiceProvider services) : IStartupCheck
{
    private const string Section = $"{SimulatorOptions.Section}:{nameof(SimulatorOptions.Broker)}:";

    public IEnumerable<StartupProblem> Check()
    {
        var broker = Settings()?.Broker ?? new();
        if (broker.PasswordFile.Length > 0)
        {
            if (string.IsNullOrEmpty(broker.UserName)) yield return new(Section + "UserName", "is missing, PasswordFile is its password");
            if (Unreadable(broker.PasswordFile) is { } why) yield return new(Section + "PasswordFile", why);
        }

        if (broker.CaFile is { Length: > 0 } authorities && !File.Exists(authorities))
            yield return new(Section + "CaFile", $"{authorities} does not exist");
        if (!string.IsNullOrWhiteSpace(broker.Host)) yield break;
        if (broker.Tls) yield return new(Section + "Host", "is missing; TLS needs the name that the broker's certificate is for");
        if (string.IsNullOrEmpty(broker.UserName) && AsksForUsers()) yield return new(
            Section + "UserName",
            "the broker of this process lets in nobody without a password; add a user with 'plantroom mqtt passwd', name it here and its password "
            + "in Simulator:Broker:PasswordFile, or run without the simulated building: --roles all,-simulators");
    }

    /// <summary>Settings out of their range are reported by their own validation.</summary>
    private SimulatorOptions? Settings()
    {
        try
        {
            return options.Value;
        }
        catch (OptionsValidationException)
        {
            return null;
        }
    }

    /// <summary>The first line of a file; null when there is none.</summary>
    public static string? ReadPassword(string file) => file.Length > 0 && File.ReadLines(file).FirstOrDefault() is { Length: > 0 } line ? line : null;

    private static string? Unreadable(string file)
    {
        try
        {
            return ReadPassword(file) is null ? $"{file} is empty" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{file} cannot be read: {e.Message}";
        }
    }

    /// <summary>Whether the broker of this process takes nobody whose name it does not know. Its own options say what is wrong with them.</summary>
    private bool AsksForUsers()
    {
        if (services.GetService<IServiceProviderIsService>()?.IsService(typeof(IMqttBroker)) != true) return false;
        if (services.GetService<IOptions<MqttBrokerOptions>>()?.Value is not { } broker) return false;
        if (!broker.AnonymousLoopback) return true;

        // It is reached at the address that it listens on, and over one of another network nobody is anonymous.
        return IPAddress.TryParse(broker.Address, out var address)
            && !IPAddress.IsLoopback(address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);
    }
}
