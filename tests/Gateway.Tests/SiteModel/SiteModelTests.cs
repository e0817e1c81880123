using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Plantroom.TestKit;

namespace Plantroom.Gateway.Tests;

public sealed class SiteModelTests : IDisposable
{
    private const string OnePump = """
        classes:
          pump: { system: drainage, points: { running: { name: Running, kind: switch } } }
        sites:
          - id: hq
            name: HQ
            timeZone: UTC
            buildings: [{ id: tower, name: Tower }]
            equipment:
              - { id: P-1, class: pump, building: tower, name: Pump 1 }

        """;

    private const string TwoPumps = OnePump + "      - { id: P-2, class: pump, building: tower, name: Pump 2 }\n";
    private const string Broken = OnePump + "      - { id: P-1, class: pmup, building: tower, name: Pump 2 }\n";

    private readonly TempFolder folder = new();
    private readonly ArmedClock clock = new();
    private readonly List<Facility> announced = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Check_ValidFile_FindsNothingAndTheModelIsInForce()
    {
        var model = Open(OnePump);

        Assert.Empty(model.Check());
        Assert.Equal("hq/P-1", Assert.Single(model.Current.Equipment).Id.ToString());
    }

    [Fact]
    public void Check_InvalidFile_NamesEachLine()
    {
        var model = Open(Broken);

        var file = folder.File("facility.yaml");
        Assert.Equal(
            [$"{file}:10: id: P-1 is there twice; first in line 9", $"{file}:10: class: there is no class 'pmup'"],
            model.Check().Select(static p => p.ToString()));
        Assert.Same(Facility.Empty, model.Current);
        Assert.Null(model.Status.LoadedAt);
    }

    [Fact]
    public void Check_NoFile_SaysSo() => Assert.Equal($"{folder.File("facility.yaml")}: does not exist", Assert.Single(Open(null).Check()).ToString());

    [Fact]
    public async Task Reload_ValidChange_IsTakenOverAndAnnounced()
    {
        var model = Open(OnePump);
        using var reload = await Watch(model);

        await Change(TwoPumps);

        Assert.Equal(2, model.Current.Equipment.Count);
        Assert.Same(model.Current, Assert.Single(announced));
        Assert.Equal((2, 2, clock.Manual.Now), (model.Status.Equipment, model.Status.Points, model.Status.LoadedAt!.Value));
    }

    [Fact]
    public async Task Reload_InvalidChange_KeepsTheModelAndShowsTheProblems()
    {
        var model = Open(OnePump);
        var loaded = clock.Manual.Now;
        using var reload = await Watch(model);

        await Change(Broken);

        Assert.Single(model.Current.Equipment);
        Assert.Empty(announced);
        Assert.Equal([10, 10], model.Status.Problems.Select(static p => p.Line));
        Assert.Equal(loaded, model.Status.LoadedAt);
        Assert.Equal(clock.Manual.Now, model.Status.CheckedAt);
        Assert.Equal(HealthStatus.Degraded, (await Health(model)).Status);
    }

    [Fact]
    public async Task Reload_MistakeMended_IsTakenOver()
    {
        var model = Open(OnePump);
        using var reload = await Watch(model);
        await Change(Broken);

        await Change(TwoPumps);

        Assert.Equal(2, model.Current.Equipment.Count);
        Assert.Empty(model.Status.Problems);
        Assert.Equal(HealthStatus.Healthy, (await Health(model)).Status);
    }

    [Fact]
    public async Task Reload_AfterStop_IsOver()
    {
        var model = Open(OnePump);
        using var reload = await Watch(model);
        await reload.StopAsync(TestContext.Current.CancellationToken);

        File.WriteAllText(folder.File("facility.yaml"), TwoPumps);
        clock.Manual.Advance(TimeSpan.FromMinutes(1));

        Assert.Empty(announced);
    }

    private SiteModel Open(string? text)
    {
        if (text is not null) File.WriteAllText(folder.File("facility.yaml"), text);
        var model = SiteModel.Open(new(folder.Path), clock, NullLogger<SiteModel>.Instance);
        model.Changed += announced.Add;
        return model;
    }

    private async Task<SiteModelReload> Watch(SiteModel model)
    {
        var reload = new SiteModelReload(new(folder.Path), model, clock);
        await reload.StartAsync(TestContext.Current.CancellationToken);
        return reload;
    }

    /// <summary>Replaces the file in one step, as careful editors do, and lets the quiet moment pass.</summary>
    private async Task Change(string text)
    {
        File.WriteAllText(folder.File("new.tmp"), text);
        File.Move(folder.File("new.tmp"), folder.File("facility.yaml"), overwrite: true);
        await clock.Armed(TestContext.Current.CancellationToken);
        clock.Manual.Advance(TimeSpan.FromMilliseconds(250));
    }

    private static Task<HealthCheckResult> Health(SiteModel model) =>
        new SiteModelHealth(model).CheckHealthAsync(new(), TestContext.Current.CancellationToken);
}
