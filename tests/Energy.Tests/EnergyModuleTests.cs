using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Plantroom.Energy.Tests;

public sealed class EnergyModuleTests
{
    [Fact]
    public async Task Documentation_Samples_AreWhatTheServiceAnswers()
    {
        var model = new Model("hq")
            .Meter("M-0", null, new("总表", "Main meter")).Meter("M-1", "M-0", new("动力电表", "Pumps")).Meter("M-2", "M-0", new("照明电表", "Lighting"))
            .Reads("M-0", (0, 100), (60, 112.5), (145, 120.5)).Reads("M-1", (0, 50), (150, 62)).Reads("M-2", (0, 10), (100, 13), (120, 3.45));
        await using var host = await EnergyHost.StartAsync(model);

        var samples = Samples(await File.ReadAllLinesAsync(Document(), TestContext.Current.CancellationToken)).ToList();

        Assert.Equal(3, samples.Count);
        foreach (var (path, status, json) in samples)
        {
            var answer = await host.GetAsync(path, status);
            Assert.True(JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(json), WithoutTrace(answer)), $"{path}: {answer}");
        }
    }

    [Fact]
    public async Task Names_InChinese_AreReadableAsTheyTravel()
    {
        await using var host = await EnergyHost.StartAsync(new Model("m-names").Meter("M-0", null, new("总表", "Main")).Meter("M-1", "M-0"));
        Assert.Contains("总表", (await host.GetAsync("/api/v1/energy/balance?site=m-names&from=0&to=1")).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_OutOfRange_AreNamedTogether()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => EnergyHost.StartAsync(new Model("m-settings"), ("Energy:MaxWindows", "0"), ("Energy:MeterClass", "")));
        Assert.Contains(refused.Failures, f => f.Contains("MaxWindows", StringComparison.Ordinal));
        Assert.Contains(refused.Failures, f => f.Contains("MeterClass", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Section_IsKnownToTheHost()
    {
        await using var host = await EnergyHost.StartAsync(new Model("m-section"));
        Assert.Contains(host.Services.GetServices<SettingsSection>(), s => s.Name == "Energy" && s.Options == typeof(EnergyOptions));
    }

    /// <summary>Each sample is a line <c>GET path</c>, perhaps with a status, and the block of JSON after it.</summary>
    private static IEnumerable<(string Path, int Status, string Json)> Samples(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("    GET ", StringComparison.Ordinal)) continue;
            var words = lines[i].Trim().Split(' ');
            var start = Array.IndexOf(lines, "```json", i) + 1;
            var end = Array.IndexOf(lines, "```", start);
            yield return (words[1], words.Length > 2 ? int.Parse(words[3], null) : 200, string.Join('\n', lines[start..end]));
        }
    }

    /// <summary>The trace id of a problem is another one each time; its name follows the host.</summary>
    private static JsonElement WithoutTrace(JsonElement answer) =>
        JsonSerializer.SerializeToElement(answer.EnumerateObject().Where(p => p.Name != "TRACE-ID").ToDictionary(p => p.Name, p => p.Value));

    private static string Document()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Plantroom.slnx"))) folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "docs", "formats", "http-energy.md");
    }

    [Theory]
    [InlineData("/api/v1/energy/balance?site=e-away&from=2026-06-01T08:00:00Z&to=2026-06-01T09:00:00Z")]
    [InlineData("/api/v1/energy/consumption?meter=e-away/M-0&from=2026-06-01T08:00:00Z&to=2026-06-01T09:00:00Z&every=1h")]
    public async Task Question_StoreAway_IsAnsweredThatItCannotBeAskedNow(string question)
    {
        var model = new Model("e-away").Meter("M-0").Meter("M-1", "M-0").Reads("M-0", (0, 0), (60, 3));
        await using var host = await EnergyHost.StartAsync(model);
        model.History.Failure = new HistoryUnavailableException("InfluxDB at 127.0.0.1: nobody answers");

        var problem = await host.GetAsync(question, 503);

        Assert.Equal("The store of readings cannot be asked", problem.GetProperty("title").GetString());
        model.History.Failure = null;
        await host.GetAsync(question);
    }
}
