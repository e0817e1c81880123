namespace Plantroom.Core.Tests;

public sealed class ReadingBatchTests
{
    private static readonly PointId Level = PointId.Intern("hq/SP-1/level");

    [Fact]
    public void Kept_Acknowledgements_AreCompletedInOrderOnce()
    {
        var completed = new List<long>();
        Acknowledgement Owe(long token) => new(static (list, t) => ((List<long>)list).Add(t), completed, token);
        var batch = new ReadingBatch(new Reading[] { new(Level, default, 1) }, new[] { Owe(3), Owe(1), Owe(2) });

        Assert.Empty(completed);
        batch.Kept();

        Assert.Equal([3, 1, 2], completed);
        Assert.Throws<InvalidOperationException>(batch.Kept);
        Assert.Equal(3, completed.Count);
    }

    [Fact]
    public void Kept_NothingOwed_DoesNothing()
    {
        var batch = new ReadingBatch(ReadOnlyMemory<Reading>.Empty);

        batch.Kept();

        Assert.Equal(0, batch.Readings.Length);
    }

    [Fact]
    public void Kept_DefaultAcknowledgement_DoesNothing()
    {
        var batch = new ReadingBatch(ReadOnlyMemory<Reading>.Empty, new Acknowledgement[1]);

        batch.Kept();

        Assert.Throws<InvalidOperationException>(batch.Kept);
    }

    [Fact]
    public void Readings_AreThoseGivenInOrder()
    {
        Reading[] readings = [new(Level, default, 1), new(Level, default, 2, Quality.Bad(QualityReason.OutOfRange))];

        var batch = new ReadingBatch(readings);

        Assert.Equal(readings, batch.Readings.ToArray());
        Assert.Equal(readings, batch.Memory.ToArray());
    }
}
