using System.Threading.Channels;
using Plantroom.TestKit;

namespace Plantroom.Yaml.Tests;

public sealed class WatchedFolderTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly SignallingClock clock = new();
    private int calls;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Changed_FileWritten_IsCalledOnceThingsAreQuiet()
    {
        using var watched = new WatchedFolder(folder.Path, "*.yaml", clock, () => calls++);

        File.WriteAllText(folder.File("a.yaml"), "a: 1");
        await clock.Armed();
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
        await clock.Armed();
        clock.Manual.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Changed_OtherFiles_AreNotCalledFor()
    {
        using var watched = new WatchedFolder(folder.Path, "*.yaml", clock, () => calls++);

        File.WriteAllText(folder.File("a.txt"), "a: 1");
        File.WriteAllText(folder.File("b.yaml"), "a: 1"); // events come in order: once this one is seen, the first was passed over
        await clock.Armed();
        watched.Dispose();
        clock.Manual.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, calls);
    }

    /// <summary>Tells when a timer was set, so that a test need not wait for the file system by sleeping.</summary>
    private sealed class SignallingClock : TimeProvider
    {
        private readonly Channel<bool> armed = Channel.CreateBounded<bool>(1000);

        public ManualClock Manual { get; } = new();

        public ValueTask<bool> Armed() => armed.Reader.ReadAsync(TestContext.Current.CancellationToken);

        public override DateTimeOffset GetUtcNow() => Manual.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer(this, Manual.CreateTimer(callback, state, dueTime, period));

        private sealed class Timer(SignallingClock clock, ITimer inner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                var changed = inner.Change(dueTime, period);
                clock.armed.Writer.TryWrite(true);
                return changed;
            }

            public void Dispose() => inner.Dispose();

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
