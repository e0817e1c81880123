using FsCheck;
using FsCheck.Fluent;

namespace Plantroom.Core.Tests;

public sealed class SamplerTests
{
    private static readonly DateTime Start = new(2026, 6, 1, 8, 0, 0, DateTimeKind.Utc);

    private static Gen<(TimeRange Range, List<Sample> Readings)> Line =>
        from steps in Gen.Zip(Gen.Choose(1, 20), Gen.Choose(-9, 9)).NonEmptyListOf()
        from spare in Gen.Choose(1, 30)
        let readings = steps.Aggregate(
            new List<Sample>(), (all, step) => [.. all, new((all.Count == 0 ? Start : all[^1].Time).AddSeconds(step.Item1), step.Item2)])
        select (new TimeRange(Start, readings[^1].Time.AddSeconds(spare)), readings);

    [Fact]
    public void Samples_OfAnyLine_AreFewOfItInOrderWithItsExtremes() => Check((range, readings, count) =>
    {
        var samples = Sample(range, readings, count);
        Assert.InRange(samples.Count, Math.Min(2, readings.Count) - (readings.Count > 2 ? 1 : 0), count);
        Assert.Equal(readings.Where(samples.Contains), samples);
        Assert.Equal(readings.Min(r => r.Value), samples.Min(s => s.Value));
        Assert.Equal(readings.Max(r => r.Value), samples.Max(s => s.Value));
        if (readings.Count <= count) Assert.Equal(readings, samples);
    });

    [Fact]
    public void Samples_OfEachPart_HoldItsExtremes() => Check((range, readings, count) =>
    {
        var samples = Sample(range, readings, count);
        var sampler = new Sampler(range, count);
        var parts = count < 4 ? 1 : (count / 2) - 1;
        long PartOf(Sample s) => Math.Min((s.Time - range.From).Ticks / sampler.Part.Ticks, parts - 1);
        foreach (var part in readings.GroupBy(PartOf))
        {
            var kept = samples.Where(s => PartOf(s) == part.Key).ToList();
            Assert.Equal((part.Min(r => r.Value), part.Max(r => r.Value)), (kept.Min(s => s.Value), kept.Max(s => s.Value)));
        }
    });

    [Fact]
    public void Samples_OfFourOrMore_BeginAndEndWithTheLine() => Check((range, readings, count) =>
    {
        if (count < 4) return;
        var samples = Sample(range, readings, count);
        Assert.Equal((readings[0], readings[^1]), (samples[0], samples[^1]));
    });

    [Fact]
    public void Samples_OfSummaries_KeepTheExtremesWithinTheirStretches() => Check((range, readings, count) =>
    {
        var sampler = new Sampler(range, count);
        foreach (var stretch in readings.Chunk(5))
        {
            var summary = default(Summary);
            foreach (var (time, value) in stretch) summary.Add(time, value);
            sampler.Add(summary);
        }

        var samples = sampler.End();
        Assert.InRange(samples.Count, 1, count);
        Assert.Equal(samples.OrderBy(s => s.Time), samples);
        Assert.Equal(readings.Min(r => r.Value), samples.Min(s => s.Value));
        Assert.Equal(readings.Max(r => r.Value), samples.Max(s => s.Value));
        Assert.All(samples, s => Assert.Contains(readings.Chunk(5), c =>
            c[0].Time <= s.Time && s.Time <= c[^1].Time && c.Any(r => r.Value == s.Value)));
    });

    [Fact]
    public void Samples_OfNothing_AreNone()
    {
        Assert.Empty(Sample(new(Start, Start.AddHours(1)), [], 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler(new(Start, Start.AddHours(1)), 1));
    }

    [Fact]
    public void Samples_OfALevelLine_AreItsEndsAndOneOfEachPart()
    {
        var readings = Enumerable.Range(0, 1000).Select(i => new Sample(Start.AddSeconds(i), 7)).ToList();
        Assert.Equal([0.0, 250, 500, 750, 999], Sample(new(Start, Start.AddSeconds(1000)), readings, 10).Select(s => (s.Time - Start).TotalSeconds));
    }

    [Fact]
    public void Samples_OfAllTime_AreFew()
    {
        var readings = Enumerable.Range(1, 9998).Select(year => new Sample(new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc), year)).ToList();
        var samples = Sample(new(DateTime.MinValue, DateTime.MaxValue), readings, 100);
        Assert.InRange(samples.Count, 90, 100);
        Assert.Equal((1.0, 9998.0), (samples[0].Value, samples[^1].Value));
    }

    private static IReadOnlyList<Sample> Sample(TimeRange range, List<Sample> readings, int count)
    {
        var sampler = new Sampler(range, count);
        foreach (var (time, value) in readings) sampler.Add(time, value);
        return sampler.End();
    }

    private static void Check(Action<TimeRange, List<Sample>, int> property) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll(Line.ToArbitrary(), Gen.Choose(2, 40).ToArbitrary(), (line, count) => property(line.Range, line.Readings, count)));
}
