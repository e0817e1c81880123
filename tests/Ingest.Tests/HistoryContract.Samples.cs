namespace Plantroom.Ingest.Tests;

/// <content>Few samples for charts, and questions that are given up.</content>
public abstract partial class HistoryContract
{
    [Fact]
    public async Task Samples_NoMoreThanAskedFor_AreAllGoodReadings()
    {
        var point = NewPoint();
        Write(
            At(point, -1, 9), At(point, 0, 1), At(point, 1, 999, Quality.Bad(QualityReason.OutOfRange)), At(point, 2, 3),
            At(point, 50, 2, Quality.Uncertain(QualityReason.ClockSkew)), At(point, 60, 9));

        var samples = Assert.Single(await History.SampleAsync(new([point], Range(0, 60), 3), Cancel));

        Assert.Equal(point, samples.Point);
        Assert.Equal([new(Start, 1), new(Start.AddSeconds(2), 3), new Sample(Start.AddSeconds(50), 2)], samples.Items);
        Assert.All(samples.Items, s => Assert.Equal(DateTimeKind.Utc, s.Time.Kind));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(33)]
    [InlineData(1000)]
    public async Task Samples_FewOfMany_KeepTheExtremesOfEachPart(int count)
    {
        var point = NewPoint();
        var random = new Random(count);
        var (range, walk) = (Range(100, 3_700), 20.0);
        var written = Enumerable.Range(0, 4_000)
            .Select(i => At(point, i, walk += random.NextDouble() - 0.5, i % 17 == 0 ? Quality.Bad(QualityReason.OutOfRange) : default))
            .ToArray();
        written[1_234] = At(point, 1_234, 1e6);
        written[2_345] = At(point, 2_345, -1e6);
        Write(written);

        var samples = Assert.Single(await History.SampleAsync(new([point], range, count), Cancel)).Items;

        var good = written.Where(r => r.Quality == default && r.Time >= range.From && r.Time < range.To).Select(r => new Sample(r.Time, r.Value)).ToList();
        var part = new Sampler(range, count).Part;
        long PartOf(Sample sample) => (sample.Time - range.From).Ticks / part.Ticks;
        Assert.InRange(samples.Count, 4, count);
        Assert.Equal(samples.OrderBy(s => s.Time), samples);
        Assert.Subset(good.ToHashSet(), samples.ToHashSet());
        foreach (var of in good.GroupBy(PartOf))
        {
            var kept = samples.Where(s => PartOf(s) == of.Key).Select(s => s.Value).ToList();
            Assert.Equal((of.Min(s => s.Value), of.Max(s => s.Value)), (kept.Min(), kept.Max()));
        }

        Assert.InRange(samples[0].Time - good[0].Time, TimeSpan.Zero, part);
        Assert.InRange(good[^1].Time - samples[^1].Time, TimeSpan.Zero, part);
    }

    [Fact]
    public async Task Samples_SeveralPoints_AreInTheOrderOfTheRequest()
    {
        var (a, b, silent) = (NewPoint(), NewPoint(), NewPoint());
        Write(At(a, 0, 1), At(b, 0, 2), At(b, 1, 3));
        var samples = await History.SampleAsync(new([b, silent, a], Range(0, 60), 10), Cancel);
        Assert.Equal([b, silent, a], samples.Select(s => s.Point));
        Assert.Equal([2, 3], samples[0].Items.Select(s => s.Value));
        Assert.Empty(samples[1].Items);
        Assert.Equal([1], samples[2].Items.Select(s => s.Value));
        Assert.Empty(await History.SampleAsync(new([], Range(0, 60), 10), Cancel));
    }

    [Fact]
    public async Task EveryQuestion_CancelledBefore_IsNotAnswered()
    {
        var point = NewPoint();
        Write(At(point, 0, 1));
        var (cancelled, range) = (new CancellationToken(canceled: true), Range(0, 60));
        await IsCancelledAsync(async () => await History.RawAsync(point, range, cancelled));
        await IsCancelledAsync(async () => await History.WindowsAsync(point, range, WindowLength.Of(Minutes(1)), cancelled));
        await IsCancelledAsync(async () => await History.SampleAsync(new([point], range, 10), cancelled));
        await IsCancelledAsync(async () => await History.CounterIncreaseAsync(point, range, cancelled));
    }

    [Fact]
    public async Task Raw_CancelledBetweenBlocks_EndsOnlyWithAnException()
    {
        var point = NewPoint();
        Write([.. Enumerable.Range(0, 25_000).Select(i => At(point, i, i))]);
        using var giveUp = new CancellationTokenSource();
        var read = 0;
        try
        {
            await foreach (var block in History.ReadAsync(point, Range(0, 25_000), giveUp.Token))
            {
                read += block.Count;
                await giveUp.CancelAsync();
            }
        }
        catch (OperationCanceledException)
        {
            Assert.InRange(read, 1, 24_999);
            return;
        }

        Assert.Equal(25_000, read);
    }

    private static async Task IsCancelledAsync(Func<Task> question) =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(question);
}
