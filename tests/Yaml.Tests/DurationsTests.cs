namespace Plantroom.Yaml.Tests;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("1s", 1_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData(" 15 min ", 900_000)]
    [InlineData("8h", 28_800_000)]
    [InlineData("30d", 2_592_000_000)]
    [InlineData("0s", 0)]
    public void TryParse_NumberAndUnit_IsTheLength(string text, long milliseconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("5 m")]
    [InlineData("1e3s")]
    [InlineData("1,5s")]
    [InlineData("5S")]
    [InlineData("4000d")]
    [InlineData("NaNs")]
    [InlineData("00:05:00")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(Durations.TryParse(text, out _));
}
