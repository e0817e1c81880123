using Microsoft.Extensions.Options;
using Plantroom.Ingest.Commit;
using Plantroom.TestKit;

namespace Plantroom.Ingest.Tests.Commit;

public sealed class DiskReserveTests
{
    private const long Megabyte = 1024 * 1024;
    private readonly ManualClock clock = new();
    private readonly CountingKeeper keeper = new();
    private readonly CommitGroup group = new();
    private long free = 1000 * Megabyte;
    private int asked;

    public DiskReserveTests() => group.Add(new(new[] { Store.At(Store.Point("disk"), 0, 1) }));

    [Fact]
    public void Commit_EnoughSpace_IsPassedOn_AndTheDiskIsAskedOnceASecond()
    {
        var reserve = Reserve(100);
        for (var i = 0; i < 1000; i++) reserve.Commit(group);
        Assert.Equal((1000, 1), (keeper.Commits, asked));

        clock.Advance(TimeSpan.FromSeconds(1));
        reserve.Commit(group);

        Assert.Equal((1001, 2), (keeper.Commits, asked));
    }

    [Fact]
    public void Commit_TooLittleSpace_FailsWithAReasonThatStaysTheSame_UntilATenthMoreIsFree()
    {
        var reserve = Reserve(100);
        free = 83 * Megabyte;
        var reason = Assert.Throws<IOException>(() => reserve.Commit(group)).Message;
        Assert.Contains("83 MB", reason, StringComparison.Ordinal);
        Assert.Contains("Ingest:MinFreeMegabytes", reason, StringComparison.Ordinal);

        foreach (var megabytes in (long[])[82, 100, 109])
        {
            free = megabytes * Megabyte;
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(reason, Assert.Throws<IOException>(() => reserve.Commit(group)).Message);
        }

        Assert.Equal(0, keeper.Commits);
        free = 111 * Megabyte;
        clock.Advance(TimeSpan.FromSeconds(1));
        reserve.Commit(group);
        free = 102 * Megabyte;
        clock.Advance(TimeSpan.FromSeconds(1));
        reserve.Commit(group);
        Assert.Equal(2, keeper.Commits);
    }

    [Fact]
    public void Commits_WritingMuchWithinASecond_AskBeforeTheReserveIsTouched()
    {
        var reserve = Reserve(100);
        free = 101 * Megabyte;
        var point = Store.Point("much");
        group.Add(new(Enumerable.Range(0, 2000).Select(i => Store.At(point, i, i)).ToArray()));

        reserve.Commit(group);
        free = 100 * Megabyte;
        Assert.Throws<IOException>(() => reserve.Commit(group));

        Assert.Equal((1, 2), (keeper.Commits, asked));
    }

    [Fact]
    public void Reserve_Off_NeverAsks()
    {
        var reserve = Reserve(0);
        free = 0;

        reserve.Commit(group);

        Assert.Equal((1, 0), (keeper.Commits, asked));
    }

    [Fact]
    public void Commit_TheKeeperFails_FailsAsItDid()
    {
        keeper.Failure = new IOException("No space left on device");

        Assert.Same(keeper.Failure, Assert.Throws<IOException>(() => Reserve(100).Commit(group)));
    }

    [Fact]
    public void FreeBytes_OfAFolder_IsTold()
    {
        using var folder = new TempFolder();

        Assert.InRange(DiskReserve.FreeBytes(folder.Path), 1, long.MaxValue);
    }

    private DiskReserve Reserve(int megabytes) => new(keeper, Free, Options.Create(new IngestOptions { MinFreeMegabytes = megabytes }), clock);

    private long Free()
    {
        asked++;
        return free;
    }

    private sealed class CountingKeeper : IReadingKeeper
    {
        public int Commits { get; private set; }

        public IOException? Failure { get; set; }

        public void Open()
        {
            // Always open.
        }

        public void Commit(CommitGroup group)
        {
            if (Failure is { } failure) throw failure;
            Commits++;
        }

        public void Close()
        {
            // Nothing is held.
        }
    }
}
