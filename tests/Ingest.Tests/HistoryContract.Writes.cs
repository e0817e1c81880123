namespace Plantroom.Ingest.Tests;

/// <content>What is written, in which order and how often.</content>
public abstract partial class HistoryContract
{
    public static TheoryData<string> AwkwardNames =>
    [
        "a,b/c,d/e,f", "a=b/c=d/e=f", "\"a\"/'b'/\"c", @"a\b/c\d/e\f", @"a\/b\/c\", @"a\,b/c\=d/\,e", "水泵/поток/📈", "é/e\u0301/ß",
        "%20/%2F/%", "$a/{b}/[c]", "a.b/c:d/e|f", "time/_time/_field", "site/equipment/time", "select/from/where", "a/b/c;drop", "-/--/0",
        "*a/b/c*", "a&b/c?d/e~f", "null/NaN/true", "A/b/Case", "A/b/case",
    ];

    [Theory]
    [MemberData(nameof(AwkwardNames))]
    public async Task Writes_AwkwardNames_AreFoundUnderThem(string name)
    {
        // The site tells the tests of one store from each other.
        var point = PointId.Intern($"{names++}-{Guid.NewGuid():N}{name}");
        Reading[] written = [At(point, 0, 1), At(point, 60, 2, Quality.Uncertain(QualityReason.ClockSkew))];
        Write(written);

        Assert.Equal(written, await History.RawAsync(point, Range(0, 3600), Cancel));
        Assert.Equal([written[1]], await History.LastAsync([point], Cancel));
        Assert.Equal(2, Assert.Single(await History.WindowsAsync(point, Range(0, 3600), WindowLength.Of(Minutes(60)), Cancel)).Count);
        Assert.Equal(1, await History.CounterIncreaseAsync(point, Range(0, 3600), Cancel));
        var samples = Assert.Single(await History.SampleAsync(new([point], Range(0, 3600), 10), Cancel));
        Assert.Equal((point, 2), (samples.Point, samples.Items.Count));
    }

    [Fact]
    public async Task Writes_NamesThatDifferALittle_AreDifferentPoints()
    {
        var site = $"{Guid.NewGuid():N}";
        string[] like = ["E/v", "E/V", "e/v", "E/v,", "E/v=", @"E/v\", @"E\/v", "E,/v", "E/v\"", "E/time", "E/v\u0301", "E/v."];
        var points = like.Select(l => PointId.Intern($"{site}/{l}")).ToArray();
        Write([.. points.Select((p, i) => At(p, 0, i))]);
        foreach (var (point, i) in points.Select((p, i) => (p, i)))
            Assert.Equal([At(point, 0, i)], await History.RawAsync(point, Range(0, 60), Cancel));
        Assert.Equal(points.Select((p, i) => At(p, 0, i)), (await History.LastAsync(points, Cancel)).OrderBy(r => r.Value));
    }

    [Fact]
    public async Task Writes_EveryQuality_IsKeptAndOnlyBadDoesNotCount()
    {
        var point = NewPoint();
        var written = (
            from level in Enum.GetValues<QualityLevel>()
            from reason in Enum.GetValues<QualityReason>()
            select new Quality(level, reason)).Select((q, i) => At(point, i, i, q)).ToArray();
        Write(written);

        Assert.Equal(written, await History.RawAsync(point, Range(0, 60), Cancel));
        var usable = written.Where(r => r.Quality.Level is not QualityLevel.Bad).Select(r => r.Value).ToArray();
        var window = Assert.Single(await History.WindowsAsync(point, Range(0, 60), WindowLength.Of(Minutes(1)), Cancel));
        Assert.Equal(new(Start, usable.Length, usable.Average(), usable.Min(), usable.Max()), Basic(window));
        var samples = Assert.Single(await History.SampleAsync(new([point], Range(0, 60), 100), Cancel)).Items;
        Assert.Equal(usable, samples.Select(s => s.Value));
    }

    [Fact]
    public async Task Writes_EveryKindOfValue_IsKeptToTheBit()
    {
        double[] values =
        [
            0, 1, -1, 0.1, -273.15, 1e-300, -1e-300, 1e300, -1e300, double.MaxValue, double.MinValue, double.Epsilon, 1.0 / 3, Math.PI,
            9007199254740991, 9007199254740992, 9007199254740994, -9007199254740994, 1152921504606846976, 18446744073709551616.0, 1e15 + 0.125,
        ];
        var point = NewPoint();
        Write([.. values.Select((v, i) => At(point, i * 60, v))]);

        var range = Range(0, values.Length * 60);
        var stored = await History.RawAsync(point, range, Cancel);
        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), stored.Select(r => BitConverter.DoubleToInt64Bits(r.Value)));
        var windows = await History.WindowsAsync(point, range, WindowLength.Of(Minutes(1)), Cancel);
        Assert.Equal(values.Select((v, i) => new HistoryWindow(Start.AddMinutes(i), 1, v, v, v)), windows.Select(Basic));
        Assert.Equal(stored.Select(r => new Sample(r.Time, r.Value)), windows.Select(w => w.Last!.Value));
        Assert.Equal(values, windows.Select(w => w.Sum));
        Assert.Equal(values, Assert.Single(await History.SampleAsync(new([point], range, 100), Cancel)).Items.Select(s => s.Value));
    }

    [Fact]
    public async Task Writes_TheSameBatchAgain_CountOnce()
    {
        var point = NewPoint();
        var batch = Enumerable.Range(0, 100).Select(i => At(point, i, i)).ToArray();
        Write(batch);
        Write(batch);
        Write(batch[30..60]);

        Assert.Equal(batch, await History.RawAsync(point, Range(0, 100), Cancel));
        Assert.Equal(100, (await History.WindowsAsync(point, Range(0, 100), WindowLength.Of(Minutes(60)), Cancel)).Sum(w => w.Count));
        Assert.Equal(99, await History.CounterIncreaseAsync(point, Range(0, 100), Cancel));
    }

    [Fact]
    public async Task Writes_LateAndOutOfOrder_ChangeWhatIsAnswered()
    {
        var point = NewPoint();
        var minute = WindowLength.Of(Minutes(1));
        Write(At(point, 300, 5), At(point, 120, 3));
        Assert.Equal([3, 5], (await History.WindowsAsync(point, Range(0, 600), minute, Cancel)).Select(w => w.Mean));

        Write(At(point, 310, 7), At(point, 0, 1), At(point, 180, 4), At(point, 130, 9));

        var windows = await History.WindowsAsync(point, Range(0, 600), minute, Cancel);
        Assert.Equal([1, 6, 4, 6], windows.Select(w => w.Mean));
        Assert.Equal([1.0, 3, 4, 5], windows.Select(w => w.First!.Value.Value));
        Assert.Equal([1.0, 9, 4, 7], windows.Select(w => w.Last!.Value.Value));
        Assert.Equal([0, 120, 130, 180, 300, 310], (await History.RawAsync(point, Range(0, 600), Cancel)).Select(r => (r.Time - Start).TotalSeconds));
        Assert.Equal([At(point, 310, 7)], await History.LastAsync([point], Cancel));
        Assert.Equal(2 + 6 + 4 + 1 + 2, await History.CounterIncreaseAsync(point, Range(0, 600), Cancel));
    }

    [Fact]
    public async Task Writes_AGoodReadingReplacedByABadOne_DoesNotCountAnyMore()
    {
        var point = NewPoint();
        Write(At(point, 0, 1), At(point, 10, 100), At(point, 20, 3, Quality.Bad(QualityReason.OutOfRange)));
        Write(At(point, 10, 100, Quality.Bad(QualityReason.OutOfRange)), At(point, 20, 3));

        var window = Assert.Single(await History.WindowsAsync(point, Range(0, 60), WindowLength.Of(Minutes(1)), Cancel));

        Assert.Equal(new(Start, 2, 2, 1, 3), Basic(window));
        Assert.Equal(default, (await History.RawAsync(point, Range(20, 60), Cancel)).Single().Quality);
    }

    [Fact]
    public async Task Raw_MoreThanABlock_IsAllOfItOnceAndInOrder()
    {
        var point = NewPoint();
        var written = Enumerable.Range(0, 25_000).Select(i => At(point, i / 4.0, i % 1000)).ToArray();
        Write(written[12_000..]);
        Write(written[..12_000]);

        var read = new List<Reading>();
        await foreach (var block in History.ReadAsync(point, Range(-1, 10_000), Cancel))
        {
            Assert.NotEmpty(block);
            read.AddRange(block);
        }

        Assert.Equal(written, read);
        Assert.Equal(written[4..10_004], await History.FirstAsync(point, Range(1, 10_000), 10_000, Cancel));
    }
}
