namespace Plantroom.Core.Tests;

public sealed class QualityTests
{
    [Fact]
    public void FromByte_WhatToByteStored_IsTheSame()
    {
        foreach (var level in Enum.GetValues<QualityLevel>())
            for (byte reason = 0; reason < 64; reason++)
            {
                var quality = new Quality(level, (QualityReason)reason);
                Assert.Equal(quality, Quality.FromByte(quality.ToByte()));
            }
    }

    [Theory]
    [InlineData(QualityLevel.Good, QualityReason.None, 0)]
    [InlineData(QualityLevel.Uncertain, QualityReason.ClockSkew, 0x42)]
    [InlineData(QualityLevel.Uncertain, QualityReason.UnknownLabel, 0x43)]
    [InlineData(QualityLevel.Bad, QualityReason.OutOfRange, 0x81)]
    public void ToByte_StoredNumbers_NeverChange(QualityLevel level, QualityReason reason, int stored) =>
        Assert.Equal(stored, new Quality(level, reason).ToByte());

    [Fact]
    public void Good_IsTheDefault()
    {
        Assert.Equal(default, Quality.Good);
        Assert.Equal(Quality.Good, new Reading(default, default, 1).Quality);
        Assert.Equal((QualityLevel.Bad, QualityReason.OutOfRange), (Quality.Bad(QualityReason.OutOfRange).Level, Quality.Bad(QualityReason.OutOfRange).Reason));
        Assert.Equal(QualityLevel.Uncertain, Quality.Uncertain(QualityReason.ClockSkew).Level);
    }
}
