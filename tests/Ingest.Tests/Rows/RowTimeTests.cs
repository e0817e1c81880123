using System.Globalization;
using System.Text;
using Plantroom.Ingest.Rows;

namespace Plantroom.Ingest.Tests.Rows;

public sealed class RowTimeTests
{
    [Fact]
    public void Write_AnyMoment_IsReadBackAndIsWhatJsonWrites()
    {
        var random = new Random(1);
        Span<byte> text = stackalloc byte[RowTime.MaxLength];
        for (var i = 0; i < 20_000; i++)
        {
            var step = (long)Math.Pow(10, i % 8);
            var time = new DateTime(random.NextInt64(DateTime.MaxValue.Ticks) / step * step, DateTimeKind.Utc);
            var written = text[..RowTime.Write(time, text)];
            Assert.Equal(System.Text.Json.JsonSerializer.Serialize(time).Trim('"'), Encoding.ASCII.GetString(written));
            Assert.True(RowTime.TryRead(written, out var read));
            Assert.Equal((time, DateTimeKind.Utc), (read, read.Kind));
        }
    }

    [Theory]
    [InlineData("2026-06-01T10:00:00+02:00", "2026-06-01T08:00:00Z")]
    [InlineData("2026-06-01T08:00Z", "2026-06-01T08:00:00Z")]
    [InlineData("1780300800000", "2026-06-01T08:00:00Z")]
    [InlineData("2026-06-01T08:00:00.5Z", "2026-06-01T08:00:00.5Z")]
    [InlineData("2026-06-01T08:00:00.12345678Z", null)]
    [InlineData("2026-13-01T08:00:00Z", null)]
    [InlineData("2026-06-31T08:00:00Z", null)]
    [InlineData("2026-06-01T24:00:00Z", null)]
    [InlineData("2026-06-01T08:00:60Z", null)]
    [InlineData("2026-06-01T0a:00:00Z", null)]
    [InlineData("2026-06-01 08:00:00Z", null)]
    [InlineData("", null)]
    public void Read_Forms_AreThoseOfQuestions(string text, string? expected)
    {
        Assert.Equal(expected is not null, RowTime.TryRead(Encoding.ASCII.GetBytes(text), out var time));
        if (expected is not null) Assert.Equal(DateTime.Parse(expected, null, DateTimeStyles.AdjustToUniversal), time);
    }
}
