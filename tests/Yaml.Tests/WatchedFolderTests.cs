using Plantroom.TestKit;

namespace Plantroom.Yaml.Tests;

public sealed class WatchedFolderTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly ArmedClock clock = new();
    private int calls;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Changed_FileWritten_IsCalledOnceThingsAreQuiet()
    {
        using var watched = new WatchedFolder(folder.Path, "*.yaml", clock, () => calls++);

        File.WriteAllText(folder.File("a.yaml"), "a: 1");
        await clock.Armed(TestContext.Current.CancellationToken);
        clock.Manual.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Equal(0, calls);

        clock.Manual.Advance(TimeSpan.FromMilliseconds(251));
        Assert.True(calls >= 1);
    }

    [Fact]
    public async Task Changed_FileReplacedByRename_IsCalled()
    {
        File.WriteAllText(folder.File("a.new"), "a: 2");
        using var watched = new WatchedFolder(folder.Path, "*.yaml", clock, () => calls++);

        File.Move(folder.File("a.new"), folder.File("a.yaml"));
        await clock.Armed(TestContext.Current.CancellationToken);
        clock.Manual.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Changed_OtherFiles_AreNotCalledFor()
    {
        using var watched = new WatchedFolder(folder.Path, "*.yaml", clock, () => calls++);

        File.WriteAllText(folder.File("a.txt"), "a: 1");
        File.WriteAllText(folder.File("b.yaml"), "a: 1"); // events come in order: once this one is seen, the first was passed over
        await clock.Armed(TestContext.Current.CancellationToken);
        watched.Dispose();
        clock.Manual.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, calls);
    }
}
