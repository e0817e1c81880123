using FsCheck;
using FsCheck.Fluent;
using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Tests.Physics;

public sealed class NoiseTests
{
    [Fact]
    public void Noise_OfAnySeed_StaysWithinThreeSigma() =>
        Prop.ForAll<int>(seed =>
        {
            var noise = new Seeds(seed).NoiseFor("x", 0.5, 10);
            for (var i = 0; i < 500; i++)
            {
                noise.Step(0.2);
                if (Math.Abs(noise.Value) > 1.5) return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Noise_OverALongTime_HasItsSpreadAndNoBias()
    {
        var noise = new Seeds(7).NoiseFor("x", 1, 2);
        var values = new List<double>();
        for (var i = 0; i < 100_000; i++)
        {
            noise.Step(0.2);
            values.Add(noise.Value);
        }

        Assert.InRange(values.Average(), -0.05, 0.05);
        Assert.InRange(Math.Sqrt(values.Average(static v => v * v)), 0.9, 1.05);
    }

    [Fact]
    public void Seeds_OfTwoParts_GiveDifferentSequences()
    {
        var seeds = new Seeds(1);
        Assert.NotEqual(seeds.For("a").Next(), seeds.For("b").Next());
        Assert.Equal(seeds.For("a").Next(), new Seeds(1).For("a").Next());
    }

    [Fact]
    public void DayProfile_BetweenHours_IsStraight()
    {
        var profile = new DayProfile([.. Enumerable.Range(0, 24).Select(static h => (double)h)], weekend: 0.5);
        Assert.Equal(8.25, profile.At(new(2026, 6, 1, 8, 15, 0)), 6);
        Assert.Equal(11.5, profile.At(new(2026, 6, 1, 23, 30, 0)), 6);
        Assert.Equal(4, profile.At(new(2026, 6, 6, 8, 0, 0)), 6);
    }

    [Fact]
    public void DayProfile_WithoutTwentyFourHours_IsRefused() => Assert.Throws<ArgumentException>(() => new DayProfile([1, 2]));
}
