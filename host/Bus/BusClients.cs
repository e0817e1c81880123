using Microsoft.Extensions.Options;
using Plantroom.Mqtt;

namespace Plantroom.Host.Bus;

/// <summary>
/// Makes the connections of the bus: one for each subscriber, so that a slow one holds back nobody else's messages, and one for
/// publishing.
/// </summary>
/// <param name="options">Makes the settings anew for each connection, as each changes its own.</param>
/// <param name="time">The clock.</param>
/// <param name="logs">Where the clients log.</param>
internal sealed class BusClients(IOptionsFactory<BusOptions> options, TimeProvider time, ILoggerFactory logs)
{
    private readonly BusOptions bus = options.Create(Options.DefaultName);

    /// <summary>Tells the connections of this run from those of others.</summary>
    public string Run { get; } = Guid.NewGuid().ToString("N")[..8];

    public bool IsShared(string subscriber) => bus.Shared.Contains(subscriber);

    /// <summary>The client id of a subscriber: always the same, as the broker keeps its messages by it.</summary>
    public string ClientId(string busName, string subscriber) => $"{bus.ClientId}-{busName}-{subscriber}";

    /// <summary>A connection that the broker forgets when it ends.</summary>
    public IMqttClient Passing(string clientId, int receiveMaximum) => Make(clientId + "-" + Run, TimeSpan.Zero, receiveMaximum);

    /// <summary>A connection for which the broker keeps messages while it is away.</summary>
    public IMqttClient Lasting(string clientId, int receiveMaximum) => Make(clientId, bus.SessionExpiry, receiveMaximum);

    /// <summary>Reads the first line of a file; null when there is none.</summary>
    public static string? ReadPassword(string file, out string why)
    {
        try
        {
            why = $"{file} is empty";
            return File.ReadLines(file).FirstOrDefault() is { Length: > 0 } password ? password : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            why = $"{file} cannot be read: {e.Message}";
            return null;
        }
    }

    private MqttClient Make(string clientId, TimeSpan sessionExpiry, int receiveMaximum)
    {
        var own = options.Create(Options.DefaultName).Broker;
        own.ClientId = clientId;
        own.CleanStart = sessionExpiry == TimeSpan.Zero;
        own.SessionExpiry = sessionExpiry;
        own.ReceiveMaximum = Math.Clamp(receiveMaximum, 1, ushort.MaxValue);
        if (bus.PasswordFile.Length > 0) own.Password = ReadPassword(bus.PasswordFile, out _);
        return new(own, time, logs.CreateLogger<MqttClient>());
    }
}
