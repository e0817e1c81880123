using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Plantroom.Dashboard.Alarms;
using Plantroom.Dashboard.Tests.Demo;

namespace Plantroom.Dashboard.Tests.Alarms;

/// <summary>The hub as another program meets it: over a WebSocket, in JSON.</summary>
public sealed class AlarmHubTests
{
    private CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connect_AlarmsThere_GetsThemAllThenEveryChange()
    {
        await using var host = await DashboardHost.StartAsync(prepare: static h => h.Alarms.Preset(DemoData.Alarms(h.Now)));
        await using var client = await ConnectAsync(host);

        Assert.Equal([41L, 42, 43, 44], (await client.Snapshots.Reader.ReadAsync(Token)).Select(static a => a.Id));

        var raised = DemoData.Flood(host.Now, 50);
        await host.Alarms.PublishAsync(raised, AlarmEvent.Raised);
        var change = await client.Changes.Reader.ReadAsync(Token);
        Assert.Equal((50, AlarmEvent.Raised), (change.Alarm.Id, change.Event));
        Assert.Equal(raised, change.Alarm);
    }

    [Fact]
    public async Task Acknowledge_ActiveAlarm_IsRecordedAndToldToAll()
    {
        await using var host = await DashboardHost.StartAsync(prepare: static h => h.Alarms.Preset(DemoData.Flood(h.Now)));
        await using var first = await ConnectAsync(host);
        await using var second = await ConnectAsync(host);
        await second.Snapshots.Reader.ReadAsync(Token);

        Assert.Equal(AcknowledgeOutcome.Acknowledged, await first.AcknowledgeAsync(41, " Wang ", "on my way"));
        Assert.Equal(AcknowledgeOutcome.AlreadyAcknowledged, await second.AcknowledgeAsync(41, "Li", null));
        Assert.Equal(AcknowledgeOutcome.NotFound, await second.AcknowledgeAsync(7, "Li", null));

        var change = await second.Changes.Reader.ReadAsync(Token);
        Assert.Equal((AlarmState.Acknowledged, "Wang", "on my way"), (change.Alarm.State, change.Alarm.AcknowledgedBy, change.Note));
    }

    [Theory]
    [InlineData("", null, "by")]
    [InlineData("  ", null, "by")]
    [InlineData("x*101", null, "by")]
    [InlineData("Li", "x*1001", "note")]
    public async Task Acknowledge_BadInput_IsRefusedByName(string by, string? note, string field)
    {
        await using var host = await DashboardHost.StartAsync(prepare: static h => h.Alarms.Preset(DemoData.Flood(h.Now)));
        host.ExpectedErrors.Add("Failed to invoke hub method 'Acknowledge'");
        await using var client = await ConnectAsync(host);

        var refused = await Assert.ThrowsAsync<HubException>(() => client.AcknowledgeAsync(41, Long(by)!, Long(note)));

        Assert.Contains(field + ":", refused.Message, StringComparison.Ordinal);
        Assert.Empty(host.Alarms.Acknowledgements);
    }

    [Fact]
    public async Task Connect_FromAnotherOrigin_IsRefused()
    {
        await using var host = await DashboardHost.StartAsync();

        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(host, "https://evil.example"));
        await using var client = await ConnectAsync(host, host.Url().GetLeftPart(UriPartial.Authority));
        Assert.Empty(await client.Snapshots.Reader.ReadAsync(Token));
    }

    [Fact]
    public void Change_AsJson_IsTheDocumentedSample()
    {
        var options = new JsonSerializerOptions { WriteIndented = true };
        AlarmHubJson.Configure(options);
        var sample = File.ReadAllText(Path.Combine(Repository(), "docs/formats/hub-alarms.changed.json"));

        var change = JsonSerializer.Deserialize<AlarmChange>(sample, options)!;

        Assert.Equal((AlarmState.Acknowledged, AlarmPriority.Critical, new EquipmentId("hq", "SP-2")),
            (change.Alarm.State, change.Alarm.Priority, change.Alarm.Equipment));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(sample), JsonSerializer.SerializeToNode(change, options)));
    }

    private static string? Long(string? text) => text?.Split('*') is [var one, var times] ? new(one[0], int.Parse(times, CultureInfo.InvariantCulture)) : text;

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Plantroom.slnx"))) folder = folder.Parent;
        return folder.FullName;
    }

    private async Task<Client> ConnectAsync(DashboardHost host, string? origin = null)
    {
        var protocol = new JsonHubProtocolOptions();
        AlarmHubJson.Configure(protocol.PayloadSerializerOptions);
        var connection = new HubConnection(
            new WebSocketConnectionFactory(origin),
            new JsonHubProtocol(Options.Create(protocol)),
            new UriEndPoint(host.Url("/hubs/alarms")),
            new ServiceCollection().BuildServiceProvider(),
            NullLoggerFactory.Instance);
        var client = new Client(connection);
        await connection.StartAsync(Token);
        return client;
    }

    private sealed class Client : IAsyncDisposable
    {
        private readonly HubConnection connection;

        public Client(HubConnection connection)
        {
            this.connection = connection;
            connection.On<Alarm[]>("snapshot", alarms => Snapshots.Writer.TryWrite(alarms));
            connection.On<AlarmChange>("changed", change => Changes.Writer.TryWrite(change));
        }

        public Channel<Alarm[]> Snapshots { get; } = Channel.CreateBounded<Alarm[]>(16);

        public Channel<AlarmChange> Changes { get; } = Channel.CreateBounded<AlarmChange>(16);

        public Task<AcknowledgeOutcome> AcknowledgeAsync(long id, string by, string? note) =>
            connection.InvokeAsync<AcknowledgeOutcome>("Acknowledge", id, by, note, TestContext.Current.CancellationToken);

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
