using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Tests.Sqlite.Queries;

/// <summary>What is answered of the time whose readings retention has removed: what the roll-ups still tell.</summary>
public sealed class ForgottenReadingsTests : IDisposable
{
    private const WindowExtras Everything = WindowExtras.TimeWeightedMean | WindowExtras.Increase | WindowExtras.InState;
    private static readonly DateTime Start = new(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime RawFrom = Start.AddDays(2);
    private readonly Store store = new();
    private readonly ClosedByHand packed;
    private readonly PointId point = Store.Point("forgotten");
    private readonly List<Reading> all = [];

    /// <summary>Three days of a counter that counts one a minute; the readings of the first two are gone.</summary>
    public ForgottenReadingsTests()
    {
        store.Writer.Open();
        packed = new(store, TimeZoneInfo.Utc, new Random(3));
        for (var i = 0; i < 3 * 1440; i++) all.Add(new(point, Start.AddMinutes(i), i));
        packed.Write([.. all]);
        packed.Forgotten(point, RawFrom);
        packed.Close(point, Start.AddDays(3));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task Raw_Forgotten_AnswersWhatIsLeft() =>
        Assert.Equal(1440, (await store.History.RawAsync(point, new(Start, Start.AddDays(5)), Cancel)).Count);

    [Theory]
    [InlineData("15min")]
    [InlineData("1h")]
    [InlineData("5h")]
    [InlineData("1d")]
    [InlineData("1w")]
    public async Task Windows_RollUpsFit_AreAsTheyWere(string length)
    {
        var (request, before) = (Request(Start.AddHours(1), Start.AddDays(3), length), new Sample(Start.AddMinutes(59), 59));
        var builder = new WindowBuilder(request, new(request.Every, request.Zone), before);
        foreach (var reading in all.Where(r => r.Time >= request.Range.From)) builder.Add(reading.Time, reading.Value);

        var windows = await Windows(request);

        // How long it had a certain value cannot be told of a quarter hour with several.
        var known = windows.Where(w => w.Start >= RawFrom).ToList();
        Assert.All(windows.Where(w => w.Start < RawFrom && w.Start > Start), w => Assert.Equal(w.Min > 5000 ? TimeSpan.Zero : w.InState, w.InState));
        Assert.Equal(builder.End().Select(w => w with { InState = null }), windows.Select(w => w with { InState = null }));
        Assert.All(known, w => Assert.NotNull(w.InState));
    }

    [Fact]
    public async Task Windows_ShorterThanRollUps_HoldThoseThatStartInThem()
    {
        var windows = await Windows(Request(Start.AddMinutes(10), Start.AddMinutes(50), "1min"));
        Assert.Equal([(Start.AddMinutes(15), 15L), (Start.AddMinutes(30), 15L), (Start.AddMinutes(45), 15L)],
            windows.Where(w => w.Count > 0).Select(w => (w.Start, w.Count)));
        Assert.All(windows.Where(w => w.Count > 0), w => Assert.Null(w.TimeWeightedMean));
        Assert.Equal(60 - 15, windows.Sum(w => w.Increase));
    }

    [Fact]
    public async Task Windows_OnlyHoursLeft_AreMadeOfHours()
    {
        packed.ForgetLevel(point, 0, RawFrom);
        var windows = await Windows(Request(Start, Start.AddHours(3), "30min"));
        Assert.Equal([60L, 0, 60, 0, 60, 0], windows.Select(w => w.Count));
        Assert.Equal([0.0, 60, 120], windows.Where(w => w.Count > 0).Select(w => w.Min));
    }

    [Fact]
    public async Task Windows_StateOfOneValueOnly_IsKnown()
    {
        var other = Store.Point("forgotten-switch");
        packed.Write([.. Enumerable.Range(0, 180).Select(i => new Reading(other, Start.AddMinutes(i), i is >= 60 and < 120 or 125 ? 1 : 0))]);
        packed.Forgotten(other, RawFrom);
        packed.Close(other, RawFrom);
        var request = Request(Start, Start.AddHours(3), "1h") with { Points = [other], Extras = WindowExtras.InState, State = 1 };
        Assert.Equal([TimeSpan.Zero, TimeSpan.FromHours(1), null], (await Windows(request)).Select(w => w.InState));
    }

    [Fact]
    public async Task Counter_Forgotten_NeighbouringRangesStillAddUp()
    {
        var sum = 0.0;
        for (var at = Start.AddMinutes(3); at < RawFrom.AddHours(2); at = at.AddMinutes(97))
            sum += await store.History.CounterIncreaseAsync(point, new(at, at.AddMinutes(97)), Cancel) ?? 0;
        var end = Start.AddMinutes(3 + (97 * 31));
        Assert.Equal(RawFrom.AddHours(2).AddMinutes(10), end, TimeSpan.FromHours(2));
        Assert.Equal(await store.History.CounterIncreaseAsync(point, new(Start.AddMinutes(3), end), Cancel), sum);
        Assert.InRange(sum, (end - Start).TotalMinutes - 16, (end - Start).TotalMinutes);
    }

    [Fact]
    public async Task Samples_Forgotten_KeepTheExtremesOfRollUps()
    {
        var samples = (await store.History.SampleAsync(new([point], new(Start, Start.AddDays(3)), 26), Cancel))[0].Items;
        Assert.Equal(Enumerable.Range(0, 12).SelectMany(i => (double[])[i * 360, (i * 360) + 359]), samples.Select(s => s.Value));
    }

    private static WindowRequest Request(DateTime from, DateTime to, string length) =>
        new([], new(from, to), WindowLength.TryParse(length, out var every) ? every : default) { Extras = Everything, State = 5000 };

    private async Task<IReadOnlyList<HistoryWindow>> Windows(WindowRequest request) =>
        (await store.History.WindowsAsync(request.Points.Count > 0 ? request : request with { Points = [point] }, Cancel))[0].Items;
}
