namespace Plantroom.Core.Tests;

public sealed class QueryTimeTests
{
    [Theory]
    [InlineData("2026-06-01T08:00:00Z", "2026-06-01T08:00:00.0000000Z")]
    [InlineData("2026-06-01T08:00Z", "2026-06-01T08:00:00.0000000Z")]
    [InlineData("2026-06-01T08:00:00.25Z", "2026-06-01T08:00:00.2500000Z")]
    [InlineData("2026-06-01T08:00:00+08:00", "2026-06-01T00:00:00.0000000Z")]
    [InlineData("2026-06-01T08:00:00 08:00", "2026-06-01T00:00:00.0000000Z")]
    [InlineData("2026-06-01T08:00:00-05:30", "2026-06-01T13:30:00.0000000Z")]
    [InlineData("1780300800000", "2026-06-01T08:00:00.0000000Z")]
    [InlineData("0", "1970-01-01T00:00:00.0000000Z")]
    public void QueryTime_ValidText_IsThatMomentInUtc(string text, string expected)
    {
        Assert.True(QueryTime.TryParse(text, out var utc));
        Assert.Equal(DateTimeKind.Utc, utc.Kind);
        Assert.Equal(expected, utc.ToString("O"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("2026-06-01")]
    [InlineData("2026-06-01T08:00:00")]
    [InlineData("2026-06-31T08:00:00Z")]
    [InlineData("1969-12-31T23:59:59Z")]
    [InlineData("0001-01-01T00:00:00+08:00")]
    [InlineData("99999999999999999")]
    public void QueryTime_InvalidText_IsRefused(string? text) => Assert.False(QueryTime.TryParse(text, out _));
}
