namespace Plantroom.Alerts.Tests;

public sealed class AlertsOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreValid() => Assert.True(Validate(static _ => { }));

    [Fact]
    public void Validate_OutOfRange_IsRefused()
    {
        Assert.False(Validate(static o => o.MaxLateness = TimeSpan.Zero));
        Assert.False(Validate(static o => o.Tick = TimeSpan.FromHours(1)));
        Assert.False(Validate(static o => o.QueueCapacity = 0));
        Assert.False(Validate(static o => o.DeskCapacity = 1));
        Assert.False(Validate(static o => o.LongestRetry = TimeSpan.Zero));
    }

    private static bool Validate(Action<AlertsOptions> change)
    {
        var options = new AlertsOptions();
        change(options);
        return !new AlertsOptionsValidator().Validate(null, options).Failed;
    }
}
