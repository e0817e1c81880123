using Microsoft.Extensions.Options;
using Plantroom.Host.Settings;
using Plantroom.Mqtt;

namespace Plantroom.Host.Bus;

/// <summary>Looks whether the settings of the bus make sense; whether its broker is there is not asked, as it may come later.</summary>
internal sealed class BusCheck(IOptions<BusOptions> options) : IStartupCheck
{
    private const int LongestClientId = 64;

    public IEnumerable<StartupProblem> Check() =>
        options.Value.Kind is BusKind.Memory ? [] : [.. Own(options.Value), .. Broker(options.Value.Broker), .. Password(options.Value)];

    private static IEnumerable<StartupProblem> Own(BusOptions bus)
    {
        if (!Enum.IsDefined(bus.Kind)) yield return new("Bus:Kind", $"'{bus.Kind}' is neither memory nor mqtt");
        if (bus.ClientId.Length is 0 or > LongestClientId || !bus.ClientId.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            yield return new("Bus:ClientId", $"'{bus.ClientId}' must be 1 to {LongestClientId} letters, digits, - and _");
        if (bus.SessionExpiry < TimeSpan.Zero || bus.SessionExpiry > TimeSpan.FromDays(10_000))
            yield return new("Bus:SessionExpiry", $"{bus.SessionExpiry} must be between 0 and 10,000 days");
        foreach (var name in bus.Shared.Where(static name => !EquipmentId.IsValidSegment(name)))
            yield return new("Bus:Shared", $"'{name}' cannot be the name of a subscriber");
    }

    private static IEnumerable<StartupProblem> Broker(MqttClientOptions broker)
    {
        foreach (var text in broker.Problems()) yield return SettingsText.Problem("Bus:Broker", text);
        if (broker.ProtocolVersion is MqttProtocolVersion.V311)
            yield return new("Bus:Broker:ProtocolVersion", "the bus needs MQTT 5.0 (V50)");
        if (broker.ClientId.Length > 0) yield return new("Bus:Broker:ClientId", "every connection of the bus has its own; use Bus:ClientId");
        if (broker.SessionExpiry != TimeSpan.Zero) yield return new("Bus:Broker:SessionExpiry", "is set for each connection; use Bus:SessionExpiry");
        if (broker.Will is not null) yield return new("Bus:Broker:Will", "the bus has no will");
    }

    private static IEnumerable<StartupProblem> Password(BusOptions bus)
    {
        if (bus.PasswordFile.Length == 0) yield break;
        if (bus.Broker.Password is not null) yield return new("Bus:PasswordFile", "Bus:Broker:Password is set as well; use one of them");
        if (BusClients.ReadPassword(bus.PasswordFile, out var why) is null) yield return new("Bus:PasswordFile", why);
    }
}
