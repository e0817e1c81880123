using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Ingest.Tests.Http;

public sealed class HistoryApiTests
{
    private const string Day = "from=2026-06-01T00:00:00Z&to=2026-06-02T00:00:00Z";
    private static readonly Quality Skewed = Quality.Uncertain(QualityReason.ClockSkew);

    [Fact]
    public async Task History_WithoutEvery_AnswersTheReadings()
    {
        await using var host = await IngestHost.StartAsync();
        var point = PointId.Intern("api-raw/T-1/temperature");
        await host.PublishAsync(Store.At(point, 0, 21.5), Store.At(point, 0.25, 22, Skewed), Store.At(point, 86400, 1));

        var answer = await host.GetAsync($"/api/v1/history?point={point}&{Day}");

        Assert.Equal(
            """
            {"point":"api-raw/T-1/temperature","from":"2026-06-01T00:00:00Z","to":"2026-06-02T00:00:00Z","readings":[{"time":"2026-06-01T08:00:00Z","value":21.5,"quality":"good"},{"time":"2026-06-01T08:00:00.25Z","value":22,"quality":"uncertain","reason":"clockSkew"}]}
            """,
            answer.GetRawText());
    }

    [Fact]
    public async Task History_WithEvery_AnswersTheFunctionsAskedFor()
    {
        await using var host = await IngestHost.StartAsync();
        var point = PointId.Intern("api-windows/T-1/temperature");
        await host.PublishAsync(Store.At(point, 0, 1), Store.At(point, 60, 3), Store.At(point, 7200, 5));

        var answer = await host.GetAsync($"/api/v1/history?point={point}&from=1780300800000&to=1780387200000&every=1h&fn=max,mean");

        Assert.Equal("1h", answer.GetProperty("every").GetString());
        Assert.False(answer.TryGetProperty("readings", out _));
        Assert.Equal(
            """[{"start":"2026-06-01T08:00:00Z","count":2,"mean":2,"max":3},{"start":"2026-06-01T10:00:00Z","count":1,"mean":5,"max":5}]""",
            answer.GetProperty("windows").GetRawText());
    }

    [Fact]
    public async Task History_NameInAnotherScript_StaysReadable()
    {
        await using var host = await IngestHost.StartAsync();
        var point = PointId.Intern("api-script/泵-1/电流");
        await host.PublishAsync(Store.At(point, 0, 1.5));
        var answer = await host.GetAsync($"/api/v1/history?point={Uri.EscapeDataString(point.ToString())}&{Day}&every=1h");
        Assert.Contains("api-script/泵-1/电流", answer.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_WithoutTo_EndsNow()
    {
        await using var host = await IngestHost.StartAsync();
        PointId.Intern("api-now/T-1/temperature");
        var answer = await host.GetAsync("/api/v1/history?points=%20api-now/T-1/temperature%20&from=-1h&every=15min&fn=min,%20max");
        Assert.Equal(answer.GetProperty("from").GetDateTimeOffset().AddHours(1), answer.GetProperty("to").GetDateTimeOffset());
    }

    [Fact]
    public async Task Last_ParameterThatThereIsNot_IsRefused()
    {
        await using var host = await IngestHost.StartAsync();
        Assert.Equal(["point"], await host.RefusedAsync("/api/v1/last?point=hq/SP-1/level"));
    }

    [Fact]
    public async Task History_KnownPointWithoutReadings_IsEmpty()
    {
        await using var host = await IngestHost.StartAsync();
        PointId.Intern("api-silent/T-1/temperature");
        var answer = await host.GetAsync($"/api/v1/history?point=api-silent/T-1/temperature&{Day}");
        Assert.Equal(0, answer.GetProperty("readings").GetArrayLength());
    }

    [Fact]
    public async Task History_UnknownPoint_IsNotFoundAndStaysUnknown()
    {
        await using var host = await IngestHost.StartAsync();
        var problem = await host.GetAsync($"/api/v1/history?point=api-nowhere/T-1/temperature&{Day}", 404);
        Assert.Contains("api-nowhere/T-1/temperature", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.False(PointId.TryFind("api-nowhere/T-1/temperature", out _));
    }

    [Theory]
    [InlineData("", "from,point")]
    [InlineData("?point=a/b&from=x&to=y&every=1x&fn=median", "every,fn,from,point,to")]
    [InlineData("?point=a/b/c&from=2026-06-02T00:00:00Z&to=2026-06-01T00:00:00Z", "to")]
    [InlineData("?point=a/b/c&from=2026-06-01T00:00:00Z&to=2026-06-01T00:00:00Z", "to")]
    [InlineData("?point=a/b/c&from=0&to=1&fn=mean", "fn")]
    [InlineData("?point=a/b/c&from=0&to=1&every=0s", "every")]
    [InlineData("?point=a/b/c&from=0&to=1&every=1h&samples=10&limit=0&state=2&tz=Nowhere&format=xml", "format,limit,samples,state,tz")]
    [InlineData("?point=a/b/c&from=0&to=1&every=1h&fn=duration&state=on", "state")]
    [InlineData("?point=a/b/c&from=0&to=1&samples=1&tz=UTC", "samples,tz")]
    [InlineData("?point=a/b/c&from=0&to=1&samples=10&limit=10", "limit")]
    [InlineData("?points=a/b/c,&from=-1x&to=later", "from,points,to")]
    [InlineData("?point=a/b/c&from=now&to=-1h", "to")]
    [InlineData("?point=a/b/c&from=now", "to")]
    [InlineData("?point=a/b/c&from=0&to=1&evry=15min&Limit=2", "evry")]
    [InlineData("?point=a/b/c&from=0&from=1&to=2", "from")]
    public async Task History_BadInput_NamesEveryWrongField(string query, string fields)
    {
        await using var host = await IngestHost.StartAsync();
        Assert.Equal(fields.Split(','), await host.RefusedAsync("/api/v1/history" + query));
    }

    [Fact]
    public async Task History_AnswerTooLarge_AsksForLongerWindows()
    {
        await using var host = await IngestHost.StartAsync(("Ingest:AnswerLimit", "100"));
        var point = PointId.Intern("api-large/T-1/temperature");
        await host.PublishAsync([.. Enumerable.Range(0, 101).Select(i => Store.At(point, i, i))]);
        const string Minutes = "from=2026-06-01T08:00:00Z&to=2026-06-01T08:01:40Z";

        Assert.Equal(["every"], await host.RefusedAsync($"/api/v1/history?point={point}&{Day}"));
        Assert.Equal(["every"], await host.RefusedAsync($"/api/v1/history?point={point}&{Day}&every=1min"));
        Assert.Equal(100, (await host.GetAsync($"/api/v1/history?point={point}&{Minutes}&every=1s")).GetProperty("windows").GetArrayLength());
        Assert.Equal(100, (await host.GetAsync($"/api/v1/history?point={point}&{Minutes}")).GetProperty("readings").GetArrayLength());
    }

    [Fact]
    public async Task Last_PointsOfTheModelAndOfTheStore_AreBothAnswered()
    {
        var store = new FakeHistory();
        await using var host = await IngestHost.StartAsync(store);
        var (modelled, kept) = (PointId.Intern("api-union/T-1/a"), PointId.Intern("api-union/T-1/b"));
        host.Facility.Change(Model.Of(modelled));
        await host.PublishAsync(Store.At(kept, 0, 1));
        store.Add(Store.At(modelled, 0, 2), Store.At(kept, 0, 3));

        Assert.Equal(["api-union/T-1/a", "api-union/T-1/b"], Names(await host.GetAsync("/api/v1/last?prefix=api-union/")));
    }

    [Fact]
    public async Task Last_StoreAway_SaysSo()
    {
        await using var host = await IngestHost.StartAsync(new FakeHistory { Failure = new HttpRequestException("no route") });
        await host.GetAsync("/api/v1/last", 503);
    }

    [Fact]
    public async Task Last_Prefix_AnswersThoseNamesInOrder()
    {
        await using var host = await IngestHost.StartAsync();
        var (b, a, other) = (
            PointId.Intern("api-last/P-1/b"), PointId.Intern("api-last/P-1/a"), PointId.Intern("api-last/P-10/a"));
        await host.PublishAsync(Store.At(b, 0, 1), Store.At(b, 5, 2), Store.At(a, 0, 3, Quality.Bad(QualityReason.OutOfRange)), Store.At(other, 0, 4));

        var some = await host.GetAsync("/api/v1/last?prefix=api-last/P-1/");
        Assert.Equal(
            """
            {"readings":[{"point":"api-last/P-1/a","time":"2026-06-01T08:00:00Z","value":3,"quality":"bad","reason":"outOfRange"},{"point":"api-last/P-1/b","time":"2026-06-01T08:00:05Z","value":2,"quality":"good"}]}
            """,
            some.GetRawText());
        Assert.Equal(3, Names(await host.GetAsync("/api/v1/last")).Length);
        Assert.Empty(Names(await host.GetAsync("/api/v1/last?prefix=nobody")));
    }

    [Fact]
    public async Task Documentation_Samples_AreWhatTheServiceAnswers()
    {
        await using var host = await IngestHost.StartAsync();
        var (level, power) = (PointId.Intern("hq/SP-1/level"), PointId.Intern("hq/SP-1/power"));
        await host.PublishAsync(
            Store.At(level, 0, 0.84), Store.At(level, 5, 0.86), Store.At(level, 3600, 3.4, Quality.Bad(QualityReason.OutOfRange)), Store.At(power, 0, 1.5));

        var samples = Samples(await File.ReadAllLinesAsync(Document(), TestContext.Current.CancellationToken)).ToList();

        Assert.Equal(8, samples.Count);
        foreach (var (path, status, form, text) in samples)
        {
            if (form == "csv")
            {
                Assert.Equal(text, (await host.TextAsync(path)).ReplaceLineEndings("\n").TrimEnd());
                continue;
            }

            var answer = await host.GetAsync(path, status);
            Assert.True(JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(text), WithoutTrace(answer)), $"{path}: {answer}");
        }
    }

    [Fact]
    public async Task Settings_OutOfRange_AreNamedTogether()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => IngestHost.StartAsync(("Ingest:MaxCommit", "0"), ("Ingest:KeepRaw", "00:00:01")));
        Assert.Contains(refused.Failures, f => f.Contains("MaxCommit", StringComparison.Ordinal));
        Assert.Contains(refused.Failures, f => f.Contains("KeepRaw", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Module_Started_IsReadyAndOffersItsPorts()
    {
        await using var host = await IngestHost.StartAsync();
        using var response = await host.Http.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode);
        Assert.NotNull(host.Services.GetService<IHistory>());
        Assert.Equal(2, host.Services.GetServices<IStartupCheck>().Count());
        Assert.Contains(host.Services.GetServices<SettingsSection>(), s => s.Name == "Ingest");
    }

    private static string[] Names(JsonElement answer) =>
        [.. answer.GetProperty("readings").EnumerateArray().Select(r => r.GetProperty("point").GetString()!)];

    /// <summary>Each sample is a line <c>GET path</c>, perhaps with a status, and the block of JSON or CSV after it.</summary>
    private static IEnumerable<(string Path, int Status, string Form, string Text)> Samples(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("    GET ", StringComparison.Ordinal)) continue;
            var words = lines[i].Trim().Split(' ');
            var start = Array.FindIndex(lines, i, static line => line is "```json" or "```csv") + 1;
            var end = Array.IndexOf(lines, "```", start);
            yield return (words[1], words.Length > 2 ? int.Parse(words[3], null) : 200, lines[start - 1][3..], string.Join('\n', lines[start..end]));
        }
    }

    /// <summary>The trace id of a problem is another one each time; its name follows the host.</summary>
    private static JsonElement WithoutTrace(JsonElement answer) =>
        JsonSerializer.SerializeToElement(answer.EnumerateObject().Where(p => p.Name != "TRACE-ID").ToDictionary(p => p.Name, p => p.Value));

    private static string Document()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Plantroom.slnx"))) folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "docs", "formats", "http-history.md");
    }
}
