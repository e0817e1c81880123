namespace Plantroom.Dashboard.Tests;

public sealed class DashboardOptionsTests
{
    private readonly DashboardOptionsValidator validator = new();

    [Fact]
    public void Options_Defaults_AreValid() => Assert.True(validator.Validate(null, new()).Succeeded);

    [Fact]
    public void Options_OutOfRange_NameTheirKeys()
    {
        var wrong = new DashboardOptions
        {
            UpdateInterval = TimeSpan.FromMilliseconds(1), ReadingsQueue = 0, StaleAfterIntervals = 0, TileValues = 9, TrendWindows = 1,
        };

        var result = validator.Validate(null, wrong);

        Assert.True(result.Failed);
        foreach (var key in new[] { "UpdateInterval", "ReadingsQueue", "StaleAfterIntervals", "TileValues", "TrendWindows" })
            Assert.Contains(result.Failures!, f => f.Contains(key, StringComparison.Ordinal));
    }
}
