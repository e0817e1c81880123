using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Plantroom.Alerts.Tests.Alarms;

public sealed class AlarmsApiTests : IAsyncLifetime
{
    private readonly AlertsWorld world = new(AlertsApp.Rules);
    private AlertsApp app = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => app = await AlertsApp.StartAsync(world);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        world.Dispose();
    }

    [Fact]
    public async Task List_ByDefault_IsWhatIsActiveInTheDocumentedForm()
    {
        await RaiseAsync("SP-1");

        var alarm = Assert.Single((await GetAsync("/api/v1/alarms"))!.AsArray())!;
        var sample = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "formats", "samples", "alarm.json"), Cancelled));
        Assert.True(JsonNode.DeepEquals(sample, alarm), alarm.ToJsonString());
    }

    [Theory]
    [InlineData("active", "1,3,2")]
    [InlineData("unacknowledged", "1")]
    [InlineData("acknowledged", "2")]
    [InlineData("returned", "3")]
    [InlineData("normal", "4")]
    [InlineData("all", "4,3,2,1")]
    public async Task List_EachState_HasItsAlarms(string state, string expected)
    {
        await SituationAsync();

        var ids = (await GetAsync($"/api/v1/alarms?state={state}"))!.AsArray().Select(static a => a!["id"]!.GetValue<long>()).ToList();

        if (state != "active") Assert.Equal(expected, string.Join(",", ids));
        else Assert.Equal(["1", "2", "3"], ids.Order().Select(static i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task List_Pages_ContinueBeforeANumber()
    {
        await SituationAsync();

        Assert.Equal([4, 3], await IdsAsync("/api/v1/alarms?state=all&limit=2"));
        Assert.Equal([2, 1], await IdsAsync("/api/v1/alarms?state=all&limit=2&before=3"));
    }

    [Theory]
    [InlineData("state=worst", "state")]
    [InlineData("state=all&limit=0", "limit")]
    [InlineData("state=all&limit=many", "limit")]
    [InlineData("state=all&before=x", "before")]
    public async Task List_WrongQuery_Is400NamingTheField(string query, string field)
    {
        using var answer = await app.Http.GetAsync(new Uri("/api/v1/alarms?" + query, UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotNull((await BodyAsync(answer))!["errors"]![field]);
    }

    [Fact]
    public async Task Acknowledge_Unacknowledged_AnswersTheAlarmAndWritesTheJournal()
    {
        await RaiseAsync("SP-1");

        using var answer = await AcknowledgeAsync(1, new { by = "Li", note = "on my way" });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var alarm = (await BodyAsync(answer))!;
        Assert.Equal(("acknowledged", "Li", "on my way"), (Text(alarm, "state"), Text(alarm, "acknowledgedBy"), Text(alarm, "note")));
        var journal = (await GetAsync("/api/v1/alarms/1/journal"))!.AsArray();
        Assert.Equal(["raised", "acknowledged"], journal.Select(static j => Text(j!, "event")));
        Assert.Equal("Li", Text(journal[1]!, "by"));
    }

    [Fact]
    public async Task Acknowledge_AgainBySamePerson_Is200AndChangesNothing()
    {
        await RaiseAsync("SP-1");
        using var first = await AcknowledgeAsync(1, new { by = "Li" });
        using var second = await AcknowledgeAsync(1, new { by = "Li", note = "again" });

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(2, (await GetAsync("/api/v1/alarms/1/journal"))!.AsArray().Count);
    }

    [Fact]
    public async Task Acknowledge_ByAnother_Is409()
    {
        await RaiseAsync("SP-1");
        using var first = await AcknowledgeAsync(1, new { by = "Li" });
        using var second = await AcknowledgeAsync(1, new { by = "Wang" });

        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Equal("application/problem+json", second.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Acknowledge_ManyAtOnce_ExactlyOneIsFirst()
    {
        await RaiseAsync("SP-1");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AcknowledgeAsync(1, new { by = "p" + i })));

        Assert.Equal(1, answers.Count(static a => a.StatusCode is HttpStatusCode.OK));
        Assert.Equal(19, answers.Count(static a => a.StatusCode is HttpStatusCode.Conflict));
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task Unknown_Alarm_Is404()
    {
        using var acknowledged = await AcknowledgeAsync(99, new { by = "Li" });
        using var found = await app.Http.GetAsync(new Uri("/api/v1/alarms/99", UriKind.Relative), Cancelled);
        using var journal = await app.Http.GetAsync(new Uri("/api/v1/alarms/99/journal", UriKind.Relative), Cancelled);

        Assert.All([acknowledged, found, journal], static a => Assert.Equal(HttpStatusCode.NotFound, a.StatusCode));
    }

    [Theory]
    [InlineData("", 0, "by")]
    [InlineData("   ", 0, "by")]
    [InlineData(null, 0, "by")]
    [InlineData("Li", 1001, "note")]
    public async Task Acknowledge_WrongBody_Is400NamingTheField(string? by, int noteLength, string field)
    {
        await RaiseAsync("SP-1");
        using var answer = await AcknowledgeAsync(1, new { by, note = new string('x', noteLength) });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal([field], (await BodyAsync(answer))!["errors"]!.AsObject().Select(static e => e.Key));
        Assert.Equal(AlarmState.Unacknowledged, Assert.Single(app.Alarms.Active).State);
    }

    [Fact]
    public async Task Acknowledge_TooLongName_Is400()
    {
        using var answer = await AcknowledgeAsync(1, new { by = new string('x', 101) });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Rules_Api_ShowsTheRulesInForceAndTheirStatus()
    {
        var rule = Assert.Single((await GetAsync("/api/v1/rules"))!.AsArray())!;
        Assert.Equal(("T", "threshold", "above", 1.15), (Text(rule, "id"), Text(rule["condition"]!, "kind"), Text(rule["condition"]!, "side"), rule["condition"]!["limit"]!.GetValue<double>()));

        await File.WriteAllTextAsync(world.RuleFile, AlertsApp.Rules.Replace("class: sump", "class: swamp", StringComparison.Ordinal), Cancelled);
        app.Get<Alerts.Rules.RuleSource>().Reload();
        var status = (await GetAsync("/api/v1/rules/status"))!;

        Assert.False(status["valid"]!.GetValue<bool>());
        Assert.Equal(("rules.yaml", 2), (Text(status["problems"]![0]!, "file"), status["problems"]![0]!["line"]!.GetValue<int>()));
        Assert.Equal(1, status["rules"]!.GetValue<int>());
    }

    private static string? Text(JsonNode node, string name) => node[name]?.GetValue<string>();

    private static async Task<JsonNode?> BodyAsync(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled));

    private async Task<JsonNode?> GetAsync(string path) =>
        JsonNode.Parse(await app.Http.GetStringAsync(new Uri(path, UriKind.Relative), Cancelled));

    private async Task<List<long>> IdsAsync(string path) => [.. (await GetAsync(path))!.AsArray().Select(static a => a!["id"]!.GetValue<long>())];

    private Task<HttpResponseMessage> AcknowledgeAsync(long id, object body) =>
        app.Http.PostAsJsonAsync(new Uri($"/api/v1/alarms/{id}/acknowledge", UriKind.Relative), body, Cancelled);

    private async Task RaiseAsync(string equipment, double value = 1.2)
    {
        await app.ReadAsync($"hq/{equipment}/level", value);
        await app.PassAsync(TimeSpan.FromSeconds(60));
    }

    private async Task ReturnAsync(string equipment)
    {
        await app.ReadAsync($"hq/{equipment}/level", 0.5);
        await app.PassAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>1 unacknowledged, 2 acknowledged, 3 returned, 4 normal: four sumps.</summary>
    private async Task SituationAsync()
    {
        var model = Repository.Building;
        var sump = model.Find(new EquipmentId("hq", "SP-1"))!;
        world.Facility.Change(new(
            model.Sites,
            [
                .. model.Equipment,
                .. Enumerable.Range(3, 2).Select(i => sump with
                {
                    Id = new("hq", $"SP-{i}"),
                    Points = [.. sump.Points.Select(p => p with { Id = new EquipmentId("hq", $"SP-{i}").Point(p.Id.Point) })],
                }),
            ]));
        await TestKit.Eventually.True(() => app.Get<AlertsService>().Bound == 4, "four sumps are watched", Cancelled);
        await RaiseAsync("SP-1");
        await RaiseAsync("SP-2");
        await RaiseAsync("SP-3");
        await RaiseAsync("SP-4");
        (await AcknowledgeAsync(2, new { by = "Li" })).Dispose();
        (await AcknowledgeAsync(4, new { by = "Li" })).Dispose();
        await ReturnAsync("SP-3");
        await ReturnAsync("SP-4");
    }
}
