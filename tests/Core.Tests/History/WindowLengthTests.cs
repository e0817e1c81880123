namespace Plantroom.Core.Tests;

public sealed class WindowLengthTests
{
    [Theory]
    [InlineData("1ms", 0.001)]
    [InlineData("30s", 30)]
    [InlineData("15min", 900)]
    [InlineData("1h", 3600)]
    [InlineData("366d", 366 * 86400)]
    [InlineData("1w", 7 * 86400)]
    [InlineData("1mo", 30 * 86400)]
    public void WindowLength_ValidText_IsThatLong(string text, double seconds)
    {
        Assert.True(WindowLength.TryParse(text, out var length));
        Assert.Equal(TimeSpan.FromSeconds(seconds), length.Usual);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("1.5h")]
    [InlineData("1 h")]
    [InlineData("1m")]
    [InlineData("401d")]
    [InlineData("99999999999s")]
    public void WindowLength_InvalidText_IsRefused(string text) => Assert.False(WindowLength.TryParse(text, out _));
}
