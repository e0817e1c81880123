using Microsoft.Data.Sqlite;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Persistence;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Persistence;

/// <summary>A broker that keeps a file, and can be started again on it.</summary>
internal sealed class KeptBroker(TimeProvider? time = null, bool expectsErrors = false) : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private TestBroker? running;

    public Action<MqttBrokerOptions>? Configure { get; init; }

    public string Path => folder.File("mqtt.db");

    public TestBroker Running => running!;

    public static async Task<KeptBroker> StartAsync(TimeProvider? time = null, bool expectsErrors = false)
    {
        var broker = new KeptBroker(time, expectsErrors);
        await broker.StartAsync();
        return broker;
    }

    public async Task StartAsync()
    {
        running = await TestBroker.StartAsync(
            o =>
            {
                o.Persistence = Path;
                Configure?.Invoke(o);
            },
            time,
            expectsErrors);
    }

    public async Task StopAsync()
    {
        if (running is not null) await running.DisposeAsync();
        running = null;
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>A client whose session lasts.</summary>
    public Task<RawClient> ConnectAsync(
        string clientId, MqttProtocolVersion version = MqttProtocolVersion.V50, uint expiry = 3600, WillMessage? will = null) =>
        Running.ConnectAsync(clientId, version, c => c with { CleanStart = false, SessionExpiry = version == MqttProtocolVersion.V50 ? expiry : 0, Will = will });

    /// <summary>A client that subscribes and leaves.</summary>
    public async Task SubscribeAndLeaveAsync(
        string clientId, string filter, MqttProtocolVersion version = MqttProtocolVersion.V50, MqttQos qos = MqttQos.ExactlyOnce, uint expiry = 3600)
    {
        using (var client = await ConnectAsync(clientId, version, expiry))
        {
            await client.SubscribeAsync(filter, qos);
            await client.SendAsync(new DisconnectPacket(0).Write(version));
            Assert.Null(await client.ReadAsync());
        }

        await GoneAsync();
    }

    public Task GoneAsync() => Eventually.TrueAsync(() => Running.Broker.Statistics.Connections == 0, "all are gone");

    public Task PublishAsync(string topic, string payload, MqttQos qos = MqttQos.AtLeastOnce, bool retain = false) =>
        Running.PublishAsync(topic, System.Text.Encoding.UTF8.GetBytes(payload), qos, retain).AsTask();

    /// <summary>Holds the file, so that nothing can be written to it until the end.</summary>
    public IDisposable Lock()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();
        return connection;
    }

    /// <summary>How many rows a table has.</summary>
    public long Rows(string table)
    {
        using var connection = StoreFile.OpenToInspect(Path);
        using var count = new SqliteStatement(connection, $"SELECT count(*) FROM {table}");
        return count.Step() ? count.Int64(0) : -1;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        folder.Dispose();
    }
}
