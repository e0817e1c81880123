using FsCheck;
using FsCheck.Fluent;
using Plantroom.Ingest.Commit;

namespace Plantroom.Ingest.Tests.Commit;

public sealed class CommitGroupTests
{
    [Fact]
    public void InStoreOrder_AnyArrival_IsByPointThenTimeThenArrival()
    {
        // Numbers of the store run the other way than the process's own.
        var points = Enumerable.Range(0, 6).Select(i => Store.Point($"order-{i}")).ToArray();
        var numbers = new int[points.Max(p => p.Index) + 1];
        for (var i = 0; i < points.Length; i++) numbers[points[i].Index] = 2 * (points.Length - i);
        var arrival =
            from point in Gen.Choose(0, points.Length - 1)
            from second in Gen.Choose(0, 8)
            select (Point: point, Second: second);
        var group = new CommitGroup();

        Prop.ForAll(arrival.ArrayOf().ArrayOf().ToArbitrary(), batches =>
        {
            var value = 0;
            var readings = batches
                .Select(b => b.Select(a => Store.At(points[a.Point], a.Second, value++)).ToArray()).ToArray();
            foreach (var batch in readings) group.Add(new ReadingBatch(batch));

            var expected = readings.SelectMany(b => b).OrderBy(r => numbers[r.Point.Index]).ThenBy(r => r.Time).ToArray();
            Assert.Equal(expected.Length, group.Count);
            Assert.Equal(expected, group.InStoreOrder(numbers, 2 * points.Length).ToArray());

            group.Kept();
            Assert.True(group.IsEmpty);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Kept_SeveralBatches_CompletesInOrderOfArrival()
    {
        var completed = new List<long>();
        var group = new CommitGroup();
        for (var i = 0; i < 3; i++)
            group.Add(new ReadingBatch(default, new[] { Owed(completed, 10 * i), Owed(completed, (10 * i) + 1) }));

        group.Kept();

        Assert.Equal([0, 1, 10, 11, 20, 21], completed);
    }

    [Fact]
    public void HasRoom_ReadingsOrBatchesAtTheLimit_IsFull()
    {
        var point = Store.Point("room");
        var (readings, empty) = (new CommitGroup(), new CommitGroup());
        readings.Add(new ReadingBatch(new[] { Store.At(point, 0, 0), Store.At(point, 1, 0) }));
        empty.Add(new ReadingBatch(default));
        Assert.True(readings.HasRoom(3));
        Assert.False(readings.HasRoom(2));
        Assert.True(empty.HasRoom(2));
        Assert.False(empty.HasRoom(1));

        readings.Kept();
        Assert.True(readings.HasRoom(1));
    }

    [Fact]
    public void Commit_SameShapeAgain_AllocatesNothingPerReading()
    {
        using var store = new Store();
        const int Readings = 10_000;
        var points = Enumerable.Range(0, 100).Select(i => Store.Point($"allocation-{i}")).ToArray();
        var readings = Enumerable.Range(0, Readings).Select(i => Store.At(points[i % 100], i / 100, i)).ToArray();
        var group = new CommitGroup();
        for (var round = 0; round < 3; round++) CommitOnce();

        var before = GC.GetAllocatedBytesForCurrentThread();
        CommitOnce();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(allocated < Readings / 10, $"{allocated} bytes for {Readings} readings");

        void CommitOnce()
        {
            group.Add(new ReadingBatch(readings));
            store.Writer.Commit(group);
            group.Kept();
        }
    }

    private static Acknowledgement Owed(List<long> completed, long token) =>
        new(static (list, token) => ((List<long>)list).Add(token), completed, token);
}
