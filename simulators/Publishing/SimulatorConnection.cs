using Plantroom.Mqtt;

namespace Plantroom.Simulators;

/// <summary>How the simulated devices connect.</summary>
/// <param name="Host">The broker's host name or address.</param>
/// <param name="Port">The broker's port.</param>
/// <param name="ClientId">The client id.</param>
/// <param name="WillTopic">
/// Where the broker says that the simulator is gone when it ends without a farewell; retained, QoS 1.
/// </param>
/// <param name="WillPayload">What it says then.</param>
public sealed record SimulatorConnection(
    string Host, int Port, string ClientId, string WillTopic, ReadOnlyMemory<byte> WillPayload)
{
    /// <summary>The user name; null for none.</summary>
    public string? UserName { get; init; }

    /// <summary>A file whose first line is the password; empty for none. The password itself is in no record, so that no log shows it.</summary>
    public string PasswordFile { get; init; } = "";

    /// <summary>Encryption.</summary>
    public MqttClientTls Tls { get; init; } = new();
}

/// <summary>Makes the client of a connection; the service provider has one. The client is disposed by the simulator.</summary>
public delegate IMqttClient SimulatorClientFactory(SimulatorConnection connection);
