using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using static Plantroom.Maintenance.Tests.FacilityBuilder;

namespace Plantroom.Maintenance.Tests.Reminders;

public sealed class RemindersApiTests : IAsyncDisposable
{
    private const string Url = "/api/v1/maintenance/reminders";
    private readonly MaintenanceHost host = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Get_WithoutState_AnswersTheOpenOnes()
    {
        await host.StartAsync(Equipment("P-1", 90, "2026-03-01"));
        var reminder = Assert.Single((await GetAsync("")).EnumerateArray());
        Assert.Equal("hq/P-1", reminder.GetProperty("equipment").GetString());
        Assert.Equal("Check P-1", reminder.GetProperty("task").GetProperty("en").GetString());
        Assert.Equal("2026-05-30", reminder.GetProperty("dueOn").GetString());
        Assert.Equal("open", reminder.GetProperty("state").GetString());
        Assert.Equal("2026-06-01T08:00:00Z", reminder.GetProperty("raisedAt").GetString());
    }

    [Fact]
    public async Task Post_Done_MovesTheReminderFromOpenToDone()
    {
        await host.StartAsync(Equipment("P-1", 90), Equipment("P-2", 90));
        using var answer = await DoneAsync(1, """{"by":" Li ","note":"seal replaced"}""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1, (await GetAsync("?state=open")).GetArrayLength());
        var done = Assert.Single((await GetAsync("?state=done")).EnumerateArray());
        Assert.Equal(("Li", "seal replaced", "done"), (Text(done, "doneBy"), Text(done, "note"), Text(done, "state")));
        Assert.Equal(2, (await GetAsync("?state=all")).GetArrayLength());
        Assert.Equal(1, (await GetAsync("?state=all&limit=1")).GetArrayLength());
    }

    [Fact]
    public async Task Post_DoneTwiceByTheSamePerson_RecordsOneCompletion()
    {
        await host.StartAsync(Equipment("P-1", 90));
        using var first = await DoneAsync(1, """{"by":"Li"}""");
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        using var second = await DoneAsync(1, """{"by":"Li"}""");
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(Cancelled), await second.Content.ReadAsStringAsync(Cancelled));
        await using var database = await host.DatabaseAsync();
        Assert.Equal(1, await database.Completions.CountAsync(Cancelled));
    }

    [Fact]
    public async Task Post_DoneByAnotherPerson_IsAConflictThatNamesTheFirst()
    {
        await host.StartAsync(Equipment("P-1", 90));
        using var first = await DoneAsync(1, """{"by":"Li"}""");
        using var second = await DoneAsync(1, """{"by":"Wang"}""");
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Contains("by Li", await second.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal("application/problem+json", second.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Post_DoneByManyAtOnce_RecordsOneCompletion()
    {
        await host.StartAsync(Equipment("P-1", 90));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => DoneAsync(1, $$"""{"by":"person {{i}}"}""")));
        Assert.Single(answers, static a => a.StatusCode == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(static a => a.StatusCode == HttpStatusCode.Conflict));
        await using var database = await host.DatabaseAsync();
        Assert.Equal(1, await database.Completions.CountAsync(Cancelled));
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task Post_DoneOfAWithdrawnReminder_IsAConflict()
    {
        await host.StartAsync(Equipment("P-1", 90), Equipment("P-2", null));
        await host.RestartAsync(Equipment("P-2", null));
        using var answer = await DoneAsync(1, """{"by":"Li"}""");
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("withdrawn", Text((await GetAsync("?state=all"))[0], "state"));
    }

    [Fact]
    public async Task Post_DoneOfAnUnknownReminder_IsNotFound()
    {
        await host.StartAsync(Equipment("P-1", 90));
        using var answer = await DoneAsync(99, """{"by":"Li"}""");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("99", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "by")]
    [InlineData("""{"by":"  "}""", "by")]
    [InlineData("null", "by")]
    [InlineData("", "by")]
    public async Task Post_DoneWithBadBody_NamesTheField(string body, string field)
    {
        await host.StartAsync(Equipment("P-1", 90));
        using var answer = await DoneAsync(1, body);
        await AssertNamesAsync(answer, field);
    }

    [Fact]
    public async Task Post_DoneWithTooLongTexts_NamesBothFields()
    {
        await host.StartAsync(Equipment("P-1", 90));
        using var answer = await DoneAsync(1, JsonSerializer.Serialize(new { by = new string('x', 101), note = new string('y', 1001) }));
        await AssertNamesAsync(answer, "by", "note");
    }

    [Theory]
    [InlineData("?state=closed", "state")]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=1001", "limit")]
    public async Task Get_WithBadQuery_NamesTheField(string query, string field)
    {
        await host.StartAsync(Equipment("P-1", 90));
        using var answer = await host.Http.GetAsync(Url + query, Cancelled);
        await AssertNamesAsync(answer, field);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static async Task AssertNamesAsync(HttpResponseMessage answer, params string[] fields)
    {
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal(fields, problem.GetProperty("errors").EnumerateObject().Select(static e => e.Name));
    }

    private async Task<JsonElement> GetAsync(string query) => await host.Http.GetFromJsonAsync<JsonElement>(Url + query, Cancelled);

    private async Task<HttpResponseMessage> DoneAsync(long id, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        return await host.Http.PostAsync($"{Url}/{id}/done", content, Cancelled);
    }
}
