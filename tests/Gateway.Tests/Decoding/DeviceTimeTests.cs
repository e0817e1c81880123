using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Plantroom.Gateway.Tests;

public sealed class DeviceTimeTests
{
    [Theory]
    [InlineData("2026-06-01T08:00:00Z", "2026-06-01T08:00:00.000")]
    [InlineData("2026-06-01t08:00:00z", "2026-06-01T08:00:00.000")]
    [InlineData("2026-06-01 08:00:00Z", "2026-06-01T08:00:00.000")]
    [InlineData("2026-06-01T08:00:00.5Z", "2026-06-01T08:00:00.500")]
    [InlineData("2026-06-01T08:00:00.12345678901234567890Z", "2026-06-01T08:00:00.123")]
    [InlineData("2026-06-01T16:00:00+08:00", "2026-06-01T08:00:00.000")]
    [InlineData("2026-05-31T22:30:00-09:30", "2026-06-01T08:00:00.000")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000")]
    [InlineData("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000")]
    [InlineData("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999")]
    public void TryParse_Rfc3339_IsTheMomentInUtc(string text, string expected)
    {
        Assert.True(DeviceTime.TryParse(Encoding.UTF8.GetBytes(text), out var time));
        Assert.Equal(DateTimeKind.Utc, time.Kind);
        Assert.Equal(expected, time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-06-01")]
    [InlineData("2026-06-01T08:00Z")]
    [InlineData("2026-06-01T08:00:00")]
    [InlineData("2026-06-01T08:00:00.Z")]
    [InlineData("2026-06-01T08:00:00.5")]
    [InlineData("2026-06-01T08:00:00+8:00")]
    [InlineData("2026-06-01T08:00:00+0800")]
    [InlineData("2026-06-01T08:00:00+24:00")]
    [InlineData("2026-06-01T08:00:00+08:60")]
    [InlineData("2026-06-01T08:00:00ZZ")]
    [InlineData("2026-06-01T08:00:00Z ")]
    [InlineData("2026-06-01T24:00:00Z")]
    [InlineData("2026-06-01T08:60:00Z")]
    [InlineData("2026-06-01T08:00:61Z")]
    [InlineData("2026-13-01T08:00:00Z")]
    [InlineData("2026-00-01T08:00:00Z")]
    [InlineData("2026-06-31T08:00:00Z")]
    [InlineData("2025-02-29T08:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("-026-06-01T08:00:00Z")]
    [InlineData("2026-+6-01T08:00:00Z")]
    [InlineData("2026/06/01T08:00:00Z")]
    [InlineData("2026-06-01X08:00:00Z")]
    [InlineData("２０２６-06-01T08:00:00Z")]
    public void TryParse_AnythingElse_IsRefused(string text) =>
        Assert.False(DeviceTime.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void TryParse_WhatDotNetWrites_IsReadBackToTheMillisecond() =>
        Check.QuickThrowOnFailure(Prop.ForAll<DateTime, int>((local, minutes) =>
        {
            var offset = TimeSpan.FromMinutes(minutes % 840);
            var ticks = Math.Clamp(local.Ticks, TimeSpan.TicksPerDay * 2, DateTime.MaxValue.Ticks - (TimeSpan.TicksPerDay * 2));
            var moment = new DateTimeOffset(new DateTime(ticks), offset);
            var text = moment.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture);
            return DeviceTime.TryParse(Encoding.UTF8.GetBytes(text), out var read) && read == DeviceTime.Truncate(moment.UtcDateTime);
        }));

    [Fact]
    public void TryParse_AnyBytes_NeverThrows() =>
        Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(static bytes =>
        {
            byte[] damaged = [.. "2026-06-01T08:00:00.5+08:00"u8];
            for (var i = 0; i + 1 < bytes.Length; i += 2) damaged[bytes[i] % damaged.Length] = bytes[i + 1];
            var understood = DeviceTime.TryParse(damaged, out var time);
            return !DeviceTime.TryParse(bytes, out _) && (understood || time == default);
        }));

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000")]
    [InlineData(-1.5, "1969-12-31T23:59:59.998")]
    [InlineData(1780300800123.9, "2026-06-01T08:00:00.123")]
    public void TryFromEpoch_Milliseconds_AreCutToWholeOnes(double milliseconds, string expected)
    {
        Assert.True(DeviceTime.TryFromEpoch(milliseconds, out var time));
        Assert.Equal(expected, time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e16)]
    [InlineData(-1e16)]
    public void TryFromEpoch_NoTimeThatACalendarKnows_IsRefused(double milliseconds) =>
        Assert.False(DeviceTime.TryFromEpoch(milliseconds, out _));
}
