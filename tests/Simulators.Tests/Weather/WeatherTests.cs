using System.Globalization;
using Plantroom.Simulators.Weather;

namespace Plantroom.Simulators.Tests.Weather;

public sealed class WeatherTests
{
    [Fact]
    public void RainGauge_InSteadyRain_CountsWholeBucketsAndTellsTheIntensity()
    {
        var gauge = new RainGauge("RG-1");
        for (var i = 0; i < 3600 * 5; i++) gauge.Step(0.2, 60);
        Assert.Equal(60, gauge.Total, 0.2);
        Assert.Equal(60, gauge.Intensity, 2.4);
        Assert.Equal(0, gauge.Total / 0.2 % 1, 6);
    }

    [Fact]
    public void RainGauge_FiveMinutesAfterTheRain_ShowsNoIntensity()
    {
        var gauge = new RainGauge("RG-1");
        for (var i = 0; i < 600 * 5; i++) gauge.Step(0.2, 60);
        var total = gauge.Total;
        for (var i = 0; i < 301 * 5; i++) gauge.Step(0.2, 0);
        Assert.Equal(0, gauge.Intensity);
        Assert.Equal(total, gauge.Total);
    }

    [Theory]
    [InlineData(-7201, 0)]
    [InlineData(-7200, 5)]
    [InlineData(-1, 5)]
    [InlineData(0, 100)]
    [InlineData(599, 100)]
    [InlineData(600, 0)]
    public void Hyetograph_AtAMoment_IsTheStepInForce(double seconds, double intensity)
    {
        var rain = new Hyetograph([(-7200, 5), (0, 100), (600, 0)]);
        Assert.Equal(intensity, rain.At(seconds));
        Assert.Equal(TimeSpan.FromHours(2), rain.Prelude);
    }

    [Theory]
    [InlineData("2026-06-21T03:54:00Z", 82.2)]
    [InlineData("2026-12-21T03:54:00Z", 35.3)]
    public void Elevation_AtNoonInShanghai_MatchesTheSolstices(string utc, double degrees)
    {
        var noon = DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture).UtcDateTime;
        Assert.Equal(degrees, Daylight.Elevation(noon, 31.23, 121.47), 0.5);
    }

    [Fact]
    public void Outside_ByElevation_IsBrightAtNoonThreeLuxAtDuskAndDarkAtNight()
    {
        Assert.Equal(130_000, Daylight.Outside(90, 1), 1.0);
        Assert.Equal(3, Daylight.Outside(-6, 1), 0.1);
        Assert.Equal(0, Daylight.Outside(-20, 1));
    }
}
