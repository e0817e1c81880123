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

    [Theory]
    [InlineData(0.0015, "1ms")]
    [InlineData(1.5, "1500ms")]
    [InlineData(90, "90s")]
    [InlineData(900, "15min")]
    [InlineData(86_400, "24h")]
    [InlineData(400 * 86_400.0, "9600h")]
    public void WindowLength_OfATime_IsInTheLargestUnitAndReadBack(double seconds, string expected)
    {
        var length = WindowLength.Of(TimeSpan.FromSeconds(seconds));
        Assert.Equal(expected, length.ToString());
        Assert.True(length.IsValid);
        Assert.True(WindowLength.TryParse(expected, out var read));
        Assert.Equal(length, read);
    }

    [Theory]
    [InlineData(0.0009)]
    [InlineData(400 * 86_400 + 1.0)]
    [InlineData(30 * 86_400 + 0.001)]
    public void WindowLength_OfATimeThatIsNone_Throws(double seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => WindowLength.Of(TimeSpan.FromSeconds(seconds)));
}
