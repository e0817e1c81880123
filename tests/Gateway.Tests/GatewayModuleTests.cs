using System.Net;
using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Plantroom.Mqtt;
using Plantroom.TestKit;

namespace Plantroom.Gateway.Tests;

/// <summary>The module as the host wires it, on a real server, the shipped site and a broker without a network.</summary>
public sealed class GatewayModuleTests : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly FakeBroker broker = new();
    private readonly InMemoryBus<ReadingBatch> bus = new();
    private WebApplication app = null!;
    private HttpClient http = null!;

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        app = Build();
        await app.StartAsync(Ending);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        http = new() { BaseAddress = new(address) };
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Points_All_AreThoseOfTheShippedSite()
    {
        var points = await Get("/api/v1/points");

        Assert.Equal(app.Services.GetRequiredService<IFacilitySource>().Current.Points.Count(), points.GetArrayLength());
        var mode = points.EnumerateArray().Single(static p => p.GetProperty("id").GetString() == "hq/P-101/mode");
        Assert.Equal(
            """{"id":"hq/P-101/mode","name":{"zh":"控制方式","en":"Mode"},"kind":"enumeration","unit":"","min":null,"max":null,"expectedSeconds":60,"decimals":1,"labels":{"0":{"zh":"停用","en":"Off"},"1":{"zh":"自动","en":"Auto"},"2":{"zh":"手动","en":"Manual"}},"equipment":"hq/P-101","equipmentName":{"zh":"东集水坑1号泵","en":"Drain pump 101"},"site":"hq"}""",
            JsonSerializer.Serialize(mode, Readable));
    }

    [Theory]
    [InlineData("?equipment=hq/SP-1", "hq/SP-1/highFloat hq/SP-1/level")]
    [InlineData("?prefix=hq/SP-1/l", "hq/SP-1/level")]
    [InlineData("?equipment=hq/SP-1&prefix=hq/SP-2", "")]
    [InlineData("?equipment=hq/none", "")]
    [InlineData("?prefix=nothing", "")]
    public async Task Points_Filtered_AreThoseAskedFor(string query, string expected)
    {
        var points = await Get("/api/v1/points" + query);

        Assert.Equal(expected, string.Join(' ', points.EnumerateArray().Select(static p => p.GetProperty("id").GetString()).Order()));
    }

    [Fact]
    public async Task Points_MalformedEquipment_NamesTheField()
    {
        var answer = await http.GetAsync(new Uri("/api/v1/points?equipment=SP-1", UriKind.Relative), Ending);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Ending);
        Assert.Equal("Expected site/equipment.", problem.GetProperty("errors").GetProperty("equipment")[0].GetString());
    }

    [Fact]
    public async Task Facility_TreeAndStatus_AreServed()
    {
        var site = Assert.Single((await Get("/api/v1/facility")).EnumerateArray());
        var status = await Get("/api/v1/facility/status");

        Assert.Equal(("hq", "Asia/Shanghai"), (site.GetProperty("id").GetString(), site.GetProperty("timeZone").GetString()));
        var pump = site.GetProperty("equipment").EnumerateArray().Single(static e => e.GetProperty("id").GetString() == "hq/P-101");
        Assert.Equal(("drainage", "hq/SP-1"), (pump.GetProperty("system").GetString(), pump.GetProperty("parent").GetString()));
        Assert.Equal("facility.yaml", status.GetProperty("file").GetString());
        Assert.Equal(0, status.GetProperty("problems").GetArrayLength());
        Assert.Equal("2026-06-01T08:00:00Z", status.GetProperty("loadedAt").GetString());
    }

    [Fact]
    public async Task Rejections_OfDevicesAndOfTheBroker_AreInOnePlace()
    {
        broker.Statistics = new(3, 10, 5, 0, 1);
        broker.RecentErrors = [new(new(2026, 6, 1, 7, 0, 0, DateTimeKind.Utc), "pump", new IPEndPoint(IPAddress.Loopback, 5000), 0x81, "cut off within a packet")];
        await broker.Send("plantroom/v1/in/hq/SP-1", """{"values": {"level": 9, "foo": "<b>"}}""");
        await broker.Send("plantroom/v1/in/hq/SP-1", "no JSON");

        var answer = await Get("/api/v1/gateway/rejections");

        Assert.Equal((2, 1), (answer.GetProperty("messages").GetInt32(), answer.GetProperty("readings").GetInt32()));
        Assert.Equal(Enum.GetNames<RejectReason>().Select(JsonNamingPolicy.CamelCase.ConvertName), answer.GetProperty("rejected").EnumerateObject().Select(static r => r.Name));
        Assert.Equal(1, answer.GetProperty("rejected").GetProperty("unknownPoint").GetInt32());
        Assert.Equal(1, answer.GetProperty("doubtful").GetProperty("outOfRange").GetInt32());
        Assert.Equal(["malformedPayload", "unknownPoint"], answer.GetProperty("newest").EnumerateArray().Select(static r => r.GetProperty("reason").GetString()));
        Assert.Equal("foo", answer.GetProperty("unknownDevices")[0].GetProperty("point").GetString());
        Assert.Equal(1, answer.GetProperty("broker").GetProperty("protocolErrors").GetInt32());
        var error = answer.GetProperty("broker").GetProperty("recentErrors")[0];
        Assert.Equal(("pump", "127.0.0.1:5000", 0x81), (error.GetProperty("client").GetString(), error.GetProperty("remote").GetString(), error.GetProperty("reasonCode").GetInt32()));
    }

    [Fact]
    public async Task Health_Started_IsHealthy() =>
        Assert.Equal("Healthy", await http.GetStringAsync(new Uri("/health/ready", UriKind.Relative), Ending));

    [Fact]
    public void Checks_AndSections_AreRegistered()
    {
        Assert.Empty(app.Services.GetServices<IStartupCheck>().SelectMany(static c => c.Check()));
        Assert.Contains(new SettingsSection("Gateway", typeof(GatewayOptions)), app.Services.GetServices<SettingsSection>());
    }

    [Theory]
    [InlineData("MaxPayload", "0")]
    [InlineData("MaxValues", "0")]
    [InlineData("MaxBatch", "100000")]
    [InlineData("MaxAge", "00:00:01")]
    [InlineData("ClockSkew", "00:02:00")] // more than MaxFuture
    [InlineData("MaxFuture", "2.00:00:00")]
    [InlineData("NewestRejections", "-1")]
    [InlineData("UnknownDevices", "10001")]
    [InlineData("BlockedAfter", "00:00:00")]
    public async Task Settings_OutOfRange_KeepTheHostFromStartingAndNameTheKey(string key, string value)
    {
        await using var wrong = Build(new() { [$"Gateway:{key}"] = value });

        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => wrong.StartAsync(Ending));

        Assert.Contains(key, refusal.Message, StringComparison.Ordinal);
    }

    private WebApplication Build(Dictionary<string, string?>? settings = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Services.AddSingleton<TimeProvider>(new ManualClock());
        builder.Services.AddSingleton(new SiteFolder(Path.GetDirectoryName(Repository.ShippedFacility)!));
        builder.Services.AddSingleton<IMqttBroker>(broker);
        builder.Services.AddSingleton<IBus<ReadingBatch>>(bus);
        builder.Services.AddProblemDetails();
        builder.AddSiteModel().AddGateway();
        var built = builder.Build();
        built.MapSiteModel().MapGateway();
        built.MapHealthChecks("/health/ready");
        return built;
    }

    private async Task<JsonElement> Get(string path)
    {
        var answer = await http.GetAsync(new Uri(path, UriKind.Relative), Ending);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Ending);
    }
}
