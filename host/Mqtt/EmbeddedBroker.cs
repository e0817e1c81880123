using System.Net;
using Microsoft.Extensions.Options;
using Plantroom.Host.Settings;
using Plantroom.Host.Startup;
using Plantroom.Mqtt;

namespace Plantroom.Host.Mqtt;

/// <summary>Runs the broker as long as the host runs.</summary>
internal sealed partial class EmbeddedBroker(
    IMqttBroker broker, IOptions<MqttBrokerOptions> mqtt, IOptions<HttpOptions> http, ILogger<EmbeddedBroker> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (mqtt.Value.Persistence is { Length: > 0 } file) FolderCheck.MakeFile(file);
        await broker.StartAsync(cancellationToken);
        if (IsReachable(mqtt.Value.Address)) LogInClear("Mqtt:Address", mqtt.Value.Address, "let others use the TLS listener, see Mqtt:Tls");
        if (mqtt.Value.WebSocket.Enabled && IsReachable(http.Value.Address))
            LogInClear("Http:Address", http.Value.Address, "let others come through a proxy with HTTPS, or set Mqtt:WebSocket:Enabled to false");
    }

    public Task StopAsync(CancellationToken cancellationToken) => broker.StopAsync(cancellationToken);

    private static bool IsReachable(string address) => PortCheck.Addresses(address)?.All(IPAddress.IsLoopback) == false;

    [LoggerMessage(LogLevel.Warning, "MQTT passwords travel in clear to {Setting} {Address}, where others could read them: {Advice}")]
    private partial void LogInClear(string setting, string address, string advice);
}
