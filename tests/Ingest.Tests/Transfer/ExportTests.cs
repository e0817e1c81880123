using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Plantroom.Ingest.Transfer;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Ingest.Tests.Transfer;

public sealed class ExportTests
{
    private static readonly PointId[] Points = [PointId.Intern("export/A-1/a"), PointId.Intern("export/A-1/b"), PointId.Intern("export/A-1/c")];
    private static readonly TimeRange Range = new(Store.Start, Store.Start.AddDays(1));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TransferFormat.Csv, false)]
    [InlineData(TransferFormat.Lines, false)]
    [InlineData(TransferFormat.Csv, true)]
    [InlineData(TransferFormat.Lines, true)]
    public async Task File_EndedAnywhere_GoesOnToTheSameBytes(TransferFormat format, bool isTorn)
    {
        var store = new BreakingHistory();
        using var world = World(store);
        var request = new ExportRequest("*", Range, format);
        var (whole, broken) = (world.File("whole"), world.File("broken"));
        Assert.Equal(3000, await world.Export.ToFileAsync(request, whole, "all", null, Cancel));

        var runs = 0;
        for (long? done = null; done is null; runs++)
        {
            store.BlocksLeft = 40;
            try
            {
                done = await world.Export.ToFileAsync(request with { Range = new(Range.From.AddDays(-runs), Range.To) }, broken, "all", null, Cancel);
                Assert.Equal(3000, done);
            }
            catch (IOException)
            {
                Assert.False(File.Exists(broken));
                if (isTorn) await File.AppendAllTextAsync(broken + ".part", "a torn li", Cancel);
            }
        }

        Assert.True(runs > 3);
        Assert.Equal(await File.ReadAllTextAsync(whole, Cancel), await File.ReadAllTextAsync(broken, Cancel));
        Assert.Equal([broken], Directory.GetFiles(Path.GetDirectoryName(broken)!, "broken*"));
    }

    [Fact]
    public async Task File_OfAnotherExport_BeginsAgain()
    {
        var store = new BreakingHistory { BlocksLeft = 40 };
        using var world = World(store);
        var file = world.File("readings.csv");
        await Assert.ThrowsAsync<IOException>(() => world.Export.ToFileAsync(new("*", Range, TransferFormat.Csv), file, "all", null, Cancel));
        store.BlocksLeft = int.MaxValue;

        Assert.Equal(1000, await world.Export.ToFileAsync(new("*/b", Range, TransferFormat.Csv), file, "b", null, Cancel));
        Assert.All((await File.ReadAllLinesAsync(file, Cancel)).Skip(1), static line => Assert.StartsWith("export/A-1/b,", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task File_NoPointWanted_IsNotMade()
    {
        using var world = World(new BreakingHistory());
        Assert.Null(await world.Export.ToFileAsync(new("nobody", Range, TransferFormat.Csv), world.File("none"), "none", null, Cancel));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(world.File("none"))!, "none*"));
    }

    [Fact]
    public async Task Progress_OfAllPoints_RisesToTheEnd()
    {
        using var world = World(new BreakingHistory());
        var heard = new Heard();
        await world.Export.ToStreamAsync(new("*", Range, TransferFormat.Csv), Stream.Null, heard, Cancel);
        Assert.Equal(heard.All.OrderBy(static p => p.Part), heard.All);
        Assert.InRange(heard.All[^1].Part!.Value, 0.6, 1);
        Assert.Equal(3000, heard.All[^1].Readings);
    }

    private static TransferWorld World(BreakingHistory store)
    {
        var world = new TransferWorld(Model.Of(Points), services => services.AddSingleton<IHistory>(store));
        (world.Export.SaveBytes, world.Export.WriteBytes) = (10_000, 1000);
        return world;
    }

    private sealed class Heard : IProgress<TransferProgress>
    {
        public List<TransferProgress> All { get; } = [];

        public void Report(TransferProgress value) => All.Add(value);
    }

    /// <summary>A thousand readings of each point in small blocks, until the store goes away.</summary>
    private sealed class BreakingHistory : IHistory
    {
        private readonly FakeHistory inner = new();

        public BreakingHistory()
        {
            foreach (var point in Points) inner.Add(Enumerable.Range(0, 1000).Select(i => Store.At(point, i * 60, i / 3.0)));
        }

        public int BlocksLeft { get; set; } = int.MaxValue;

        public async IAsyncEnumerable<IReadOnlyList<Reading>> ReadAsync(
            PointId point, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var all in inner.ReadAsync(point, range, cancellationToken))
            {
                foreach (var block in all.Chunk(17))
                {
                    if (BlocksLeft-- <= 0) throw new IOException("the store is away");
                    yield return block;
                }
            }
        }

        public ValueTask<IReadOnlyList<Reading>> LastAsync(IReadOnlyCollection<PointId> points, CancellationToken cancellationToken = default) =>
            inner.LastAsync(points, cancellationToken);

        public ValueTask<IReadOnlyList<PointHistory<HistoryWindow>>> WindowsAsync(WindowRequest request, CancellationToken cancellationToken = default) =>
            inner.WindowsAsync(request, cancellationToken);

        public ValueTask<IReadOnlyList<PointHistory<Sample>>> SampleAsync(SampleRequest request, CancellationToken cancellationToken = default) =>
            inner.SampleAsync(request, cancellationToken);

        public ValueTask<double?> CounterIncreaseAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default) =>
            inner.CounterIncreaseAsync(point, range, cancellationToken);
    }
}
