using Plantroom.Alerts.Evaluation;
using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts.Tests.Evaluation;

public sealed class EngineTests
{
    private static readonly DateTime Start = Series.Start;
    private readonly Engine engine = new(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(10));
    private readonly List<Edge> edges = [];
    private readonly BoundRule rule = Sample.Rule();

    [Fact]
    public void Bind_NothingKnown_AsksForThePointsToPrime()
    {
        Assert.Equal([rule.Point], engine.Bind([rule], static _ => default, Start, edges));
    }

    [Fact]
    public void Prime_HighBeforeTheStart_RaisesOnce()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Prime(At(-600, 1.3));
        engine.Advance(Start, edges);
        engine.Advance(Start.AddMinutes(5), edges);

        Assert.Equal(new Edge(rule, true, Start.AddSeconds(-540), 1.3), Assert.Single(edges));
    }

    [Fact]
    public void Prime_HighForLessThanTheDelay_WaitsForTheRest()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Prime(At(-20, 1.3));
        engine.Advance(Start.AddSeconds(39), edges);
        Assert.Empty(edges);
        engine.Advance(Start.AddSeconds(40), edges);
        Assert.Single(edges);
    }

    [Fact]
    public void Prime_LowWhileInAlarm_DoesNotReturnUntilAFreshReading()
    {
        engine.Bind([rule], static _ => new(true, null), Start, edges);
        engine.Prime(At(-600, 0.5));
        engine.Advance(Start.AddHours(1), edges);
        Assert.Empty(edges);

        engine.Apply([At(3600, 0.5)], Start.AddHours(1), edges);
        engine.Advance(Start.AddHours(1).AddSeconds(60), edges);
        Assert.Equal(new Edge(rule, false, Start.AddSeconds(3660), null), Assert.Single(edges));
    }

    [Fact]
    public void Prime_HighWhileInAlarm_RaisesNothing()
    {
        engine.Bind([rule], static _ => new(true, null), Start, edges);
        engine.Prime(At(-600, 1.5));
        engine.Apply([At(1, 1.5)], Start.AddSeconds(1), edges);
        engine.Advance(Start.AddHours(1), edges);

        Assert.Empty(edges);
    }

    [Fact]
    public void Prime_StoredReadingOlderThanTheReturn_RaisesNothing()
    {
        engine.Bind([rule], static _ => new(false, Start.AddSeconds(-10)), Start, edges);
        engine.Prime(At(-60, 1.5));
        engine.Advance(Start.AddHours(1), edges);

        Assert.Empty(edges);
    }

    [Fact]
    public void Prime_BadReading_SaysNothing()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Prime(At(-600, 1.5) with { Quality = Quality.Bad(QualityReason.OutOfRange) });
        engine.Advance(Start.AddHours(1), edges);

        Assert.Empty(edges);
    }

    [Fact]
    public void Prime_AfterALiveReading_SaysNothing()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Apply([At(1, 0.5)], Start.AddSeconds(1), edges);
        engine.Prime(At(-600, 1.5));
        engine.Advance(Start.AddHours(1), edges);

        Assert.Empty(edges);
    }

    [Fact]
    public void Bind_SameRuleAgain_KeepsARunningDelay()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Apply([At(0, 1.2)], Start, edges);
        engine.Bind([Sample.Rule()], static _ => default, Start.AddSeconds(30), edges);
        engine.Advance(Start.AddSeconds(60), edges);

        Assert.Single(edges);
    }

    [Fact]
    public void Bind_LimitRaisedAboveTheLastValue_Returns()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Apply([At(0, 1.2)], Start, edges);
        engine.Advance(Start.AddSeconds(60), edges);
        edges.Clear();

        engine.Bind([WithLimit(1.5)], static _ => default, Start.AddSeconds(100), edges);
        engine.Advance(Start.AddSeconds(160), edges);

        Assert.False(Assert.Single(edges).Met);
    }

    [Fact]
    public void Bind_LimitLoweredBelowTheLastValue_Raises()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Apply([At(0, 1.1)], Start, edges);

        engine.Bind([WithLimit(1.0)], static _ => default, Start.AddSeconds(100), edges);
        engine.Advance(Start.AddSeconds(159), edges);
        Assert.Empty(edges);
        engine.Advance(Start.AddSeconds(160), edges);
        Assert.True(Assert.Single(edges).Met);
    }

    [Fact]
    public void Apply_UncertainQuality_IsEvaluated()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Apply([At(0, 1.2) with { Quality = Quality.Uncertain(QualityReason.ClockSkew) }], Start, edges);
        engine.Advance(Start.AddSeconds(60), edges);

        Assert.Single(edges);
    }

    [Fact]
    public void Apply_OurClockWasSetBack_StillEvaluates()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Apply([At(3600, 1.0)], Start.AddSeconds(3600), edges);

        engine.Apply([At(5, 1.2)], Start.AddSeconds(5), edges);
        engine.Apply([At(65, 1.2)], Start.AddSeconds(65), edges);

        Assert.Equal(new Edge(rule, true, Start.AddSeconds(65), 1.2), Assert.Single(edges));
    }

    [Fact]
    public void Apply_StoredReadingFromBeforeOurClockWasSetBack_StillEvaluates()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Prime(At(3600, 1.0));

        engine.Apply([At(5, 1.2)], Start.AddSeconds(5), edges);
        engine.Advance(Start.AddSeconds(65), edges);

        Assert.True(Assert.Single(edges).Met);
    }

    [Fact]
    public void Advance_OurClockWasSetBackDuringADelay_WaitsOnlyForTheDelay()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Apply([At(3600, 1.2)], Start.AddSeconds(3600), edges);

        engine.Advance(Start.AddSeconds(5), edges);
        engine.Advance(Start.AddSeconds(64), edges);
        Assert.Empty(edges);
        engine.Advance(Start.AddSeconds(65), edges);

        Assert.Equal(new Edge(rule, true, Start.AddSeconds(65), 1.2), Assert.Single(edges));
    }

    [Fact]
    public void Apply_OurClockWasSetBackDuringADelay_TheNextReadingsEndIt()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Apply([At(3600, 1.2)], Start.AddSeconds(3600), edges);

        engine.Apply([At(5, 1.3)], Start.AddSeconds(5), edges);
        engine.Apply([At(65, 1.3)], Start.AddSeconds(65), edges);

        Assert.Equal(new Edge(rule, true, Start.AddSeconds(65), 1.3), Assert.Single(edges));
    }

    [Fact]
    public void Apply_OurClockWasSetBackAndTheDeviceWasRight_DoesNotShortenTheDelay()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Apply([At(0, 1.2)], Start.AddSeconds(90), edges);

        engine.Apply([At(5, 1.3)], Start.AddSeconds(5), edges);
        Assert.Empty(edges);
        engine.Apply([At(60, 1.3)], Start.AddSeconds(60), edges);

        Assert.Equal(new Edge(rule, true, Start.AddSeconds(60), 1.3), Assert.Single(edges));
    }

    [Fact]
    public void Advance_OurClockWasSetBack_SilenceIsNoticedInItsTime()
    {
        var stale = rule with { Condition = new StaleCondition(TimeSpan.FromMinutes(5), null, TimeSpan.Zero) };
        engine.Bind([stale], static _ => default, Start, edges);
        engine.Apply([At(3600, 1.0)], Start.AddSeconds(3600), edges);

        engine.Advance(Start.AddSeconds(5), edges);
        engine.Advance(Start.AddSeconds(305), edges);

        Assert.True(Assert.Single(edges).Met);
    }

    [Fact]
    public void Apply_PointsWithoutRules_AreNeitherEvaluatedNorAllocatedFor()
    {
        var readings = Enumerable.Range(0, 1000).Select(static i => new Reading(PointId.Intern($"hq/none/p{i}"), Start, i)).ToArray();
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Apply(readings, Start, edges);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) engine.Apply(readings, Start, edges);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(default, engine.Counts);
    }

    [Fact]
    public void Apply_SameInputsInOtherBatches_GivesTheSameEdges()
    {
        var readings = Enumerable.Range(0, 300).Select(static i => At(i, i / 70 % 2 == 0 ? 1.2 : 1.0)).ToArray();
        var one = Edges(readings.Chunk(1));
        Assert.NotEmpty(one);
        Assert.Equal(one, Edges(readings.Chunk(7)));
        Assert.Equal(one, Edges([readings]));
    }

    [Fact]
    public void Late_NewestOfItsPoint_RaisesOnceNothingNewerComes()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Apply([At(-900, 1.0), At(-600, 1.3), At(-700, 1.0)], Start, edges);
        engine.Advance(Start.AddSeconds(9), edges);
        Assert.Empty(edges);

        engine.Advance(Start.AddSeconds(10), edges);
        engine.Advance(Start.AddSeconds(20), edges);

        Assert.Equal(new Edge(rule, true, Start.AddSeconds(-540), 1.3), Assert.Single(edges));
    }

    [Fact]
    public void Late_OvertakenByALiveReading_StaysHistory()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Apply([At(-600, 1.3)], Start, edges);
        engine.Apply([At(5, 1.0)], Start.AddSeconds(5), edges);
        engine.Advance(Start.AddMinutes(5), edges);

        Assert.Empty(edges);
    }

    [Fact]
    public void Late_OlderThanWhatIsKnown_StaysHistory()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Apply([At(0, 1.0)], Start, edges);
        engine.Apply([At(-600, 1.3)], Start.AddSeconds(1), edges);
        engine.Advance(Start.AddMinutes(5), edges);

        Assert.Empty(edges);
    }

    [Fact]
    public void Late_LowWhileInAlarm_DoesNotReturn()
    {
        engine.Bind([rule], static _ => new(true, null), Start, edges);
        engine.Apply([At(-600, 0.5)], Start, edges);
        engine.Advance(Start.AddMinutes(5), edges);

        Assert.Empty(edges);
    }

    [Fact]
    public void Late_RulesTakenOverMeanwhile_IsNotForgotten()
    {
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Apply([At(-600, 1.3)], Start, edges);
        engine.Bind([rule], static _ => default, Start, edges);
        engine.Advance(Start.AddSeconds(10), edges);

        Assert.Single(edges);
    }

    private static Reading At(int second, double value) => new(PointId.Intern("hq/SP-1/level"), Start.AddSeconds(second), value);

    private List<Edge> Edges(IEnumerable<Reading[]> batches)
    {
        var fresh = new Engine(TimeSpan.FromHours(1), TimeSpan.FromSeconds(10));
        var found = new List<Edge>();
        fresh.Bind([rule], static _ => default, Start, found);
        foreach (var batch in batches) fresh.Apply(batch, batch[^1].Time, found);
        return found;
    }

    private BoundRule WithLimit(double limit) => rule with { Condition = (ThresholdCondition)rule.Condition with { Limit = limit } };
}
