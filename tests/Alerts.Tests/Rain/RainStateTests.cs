using Plantroom.Alerts.Rain;
using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts.Tests.Rain;

public sealed class RainStateTests
{
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(60);
    private static readonly IReadOnlyList<RainCriterion> Criteria = RuleFolder.Load(Repository.Rules).Set.Rain!.CriteriaOf("hq");

    /// <summary>Hourly rain, the latest last; the vectors of the warning standard.</summary>
    [Theory]
    [InlineData("4.2 4.2 4.2 4.2 4.2 4.2 4.2 4.2 4.2 4.2 4.2 4.2", RainColour.Blue)]
    [InlineData("4.1 4.1 4.1 4.1 4.1 4.1 4.1 4.1 4.1 4.1 4.1 4.1", RainColour.None)]
    [InlineData("0 0 0 0 0 0 8.4 8.4 8.4 8.4 8.4 8.4", RainColour.Yellow)]
    [InlineData("0 0 0 0 0 0 0 0 0 10 20 20", RainColour.Orange)]
    [InlineData("0 0 0 0 0 0 0 0 0 30 40 30", RainColour.Red)]
    [InlineData("0 0 0 0 0 0 0 0 0 30 40 29.9", RainColour.Orange)]
    [InlineData("0 0 0 0 0 0 0 0 0 0 0 0", RainColour.None)]
    public void Derive_HourlyRain_GivesTheColour(string hours, RainColour expected)
    {
        var rain = hours.Split(' ').Select(static h => double.Parse(h, System.Globalization.CultureInfo.InvariantCulture)).ToList();

        Assert.Equal(expected, RainState.Derive(new(rain.TakeLast(3).Sum(), rain.TakeLast(6).Sum(), rain.Sum()), Criteria));
    }

    [Fact]
    public void Derive_DifferenceOfCounterReadings_IsNotShortOfTheCriterion()
    {
        var sum = 64.6 - 14.6; // 49.99999999999999
        Assert.True(sum < 50);
        Assert.Equal(RainColour.Orange, RainState.Derive(new(sum, sum, sum), Criteria));
    }

    [Fact]
    public void Next_Higher_RisesAtOnce() =>
        Assert.Equal(new(RainColour.Red, null), new RainState(RainColour.Blue, Sample.Start).Next(RainColour.Red, Sample.Start, Hold));

    [Fact]
    public void Next_LowerForLessThanTheHold_Stays()
    {
        var state = new RainState(RainColour.Red, null).Next(RainColour.None, Sample.Start, Hold);
        Assert.Equal(new(RainColour.Red, Sample.Start), state);
        Assert.Equal(state, state.Next(RainColour.None, Sample.Start.AddMinutes(59), Hold));
    }

    [Fact]
    public void Next_LowerForTheHold_DropsOneLevelAndStartsAgain()
    {
        var at = Sample.Start.AddMinutes(60);
        var state = new RainState(RainColour.Red, Sample.Start);

        Assert.Equal(new(RainColour.Orange, at), state.Next(RainColour.Blue, at, Hold));
        Assert.Equal(new(RainColour.Orange, null), state.Next(RainColour.Orange, at, Hold));
    }

    [Fact]
    public void Next_ReachedAgainWithinTheHold_StartsTheHoldAgain()
    {
        var state = new RainState(RainColour.Orange, Sample.Start).Next(RainColour.Orange, Sample.Start.AddMinutes(30), Hold);
        Assert.Equal(new(RainColour.Orange, null), state);
    }

    [Fact]
    public void Unknown_KeepsTheColourAndDoesNotCountAsDry() =>
        Assert.Equal(new(RainColour.Orange, null), new RainState(RainColour.Orange, Sample.Start).Unknown());
}
