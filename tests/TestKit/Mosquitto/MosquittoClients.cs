using System.Globalization;

namespace Plantroom.TestKit.Mosquitto;

/// <summary>A message as mosquitto_sub prints it.</summary>
public sealed record MosquittoMessage(string Topic, int Qos, bool Retain, string Payload);

/// <summary>Runs mosquitto_pub and mosquitto_sub against a broker on 127.0.0.1.</summary>
/// <param name="port">The broker's port.</param>
/// <param name="version">What is given as -V: mqttv311 or mqttv5.</param>
public sealed class MosquittoClients(int port, string version = "mqttv5")
{
    /// <summary>Publishes and waits until mosquitto_pub has ended; with QoS 1 that is after PUBACK.</summary>
    /// <returns>The exit code; 0 is success.</returns>
    public async Task<int> PublishAsync(
        string topic, string payload, int qos, CancellationToken cancellationToken, params string[] more)
    {
        await using var process = StartPublisher(["-t", topic, "-m", payload, "-q", $"{qos}", .. more]);
        return await process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Starts mosquitto_pub with arguments of one's own.</summary>
    public MosquittoProcess StartPublisher(params string[] arguments) => MosquittoProcess.Start("mosquitto_pub", [.. Common, .. arguments]);

    /// <summary>Starts mosquitto_sub and waits until the broker has granted its subscription.</summary>
    public async Task<MosquittoSubscriber> SubscribeAsync(
        string filter, int qos, CancellationToken cancellationToken, params string[] more)
    {
        var process = MosquittoProcess.Start(
            "mosquitto_sub", [.. Common, "-d", "-t", filter, "-q", $"{qos}", "-F", MosquittoSubscriber.Format, .. more]);
        try
        {
            await process.ReadLineAsync(static line => line.StartsWith("Subscribed", StringComparison.Ordinal), cancellationToken);
            return new MosquittoSubscriber(process);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private string[] Common => ["-h", "127.0.0.1", "-p", $"{port}", "-V", version];
}

/// <summary>A running mosquitto_sub.</summary>
public sealed class MosquittoSubscriber(MosquittoProcess process) : IAsyncDisposable
{
    internal const string Format = "MSG|%t|%q|%r|%p";

    /// <summary>Waits for the next message.</summary>
    public async Task<MosquittoMessage> ReadAsync(CancellationToken cancellationToken)
    {
        var line = await process.ReadLineAsync(static text => text.StartsWith("MSG|", StringComparison.Ordinal), cancellationToken);
        var parts = line.Split('|', 5);
        return new MosquittoMessage(parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture), parts[3] == "1", parts[4]);
    }

    /// <summary>Ends it without a DISCONNECT.</summary>
    public Task KillAsync() => process.KillAsync();

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
