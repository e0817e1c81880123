using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Tests.Sqlite.Packing;

/// <summary>Upper limits: what was measured when the format was made, and 3 % more.</summary>
public sealed class PackingSizeTests
{
    [Theory]
    [InlineData("level", 4096, 2815)]
    [InlineData("level", 512, 398)]
    [InlineData("power", 4096, 6000)]
    [InlineData("energy", 4096, 2160)]
    [InlineData("switch", 4096, 90)]
    [InlineData("steady", 4096, 24)]
    [InlineData("steady", 1, 20)]
    [InlineData("noise", 4096, 25450)]
    public void Chunk_OfBuildingLikeReadings_IsShort(string kind, int count, int most)
    {
        Assert.InRange(BuildingLike.Chunk(Readings(kind, count)).Length, 1, most);
    }

    [Theory]
    [InlineData("level", 7)]
    [InlineData("power", 10)]
    [InlineData("energy", 7)]
    [InlineData("switch", 1)]
    [InlineData("steady", 1)]
    public void Rollup_OfQuarterHours_IsShort(string kind, int most)
    {
        var windows = BuildingLike.QuarterHours(Readings(kind, 20_000));

        Assert.InRange(RollupFormat.Pack(windows, withRise: kind == "energy").Length / windows.Length, 0, most);
    }

    [Fact]
    public void Chunk_OfValuesThatWentThroughSinglePrecision_IsAsShortAsTheirDecimals()
    {
        var readings = BuildingLike.Level(2_000);
        var before = BuildingLike.Chunk(readings).Length;
        for (var i = 0; i < readings.Count; i++) readings.Values[i] = (float)readings.Values[i];

        Assert.InRange(BuildingLike.Chunk(readings).Length, 1, before);
    }

    [Fact]
    public void Chunk_WithAnOddValueAmongDecimals_IsLittleLonger()
    {
        var readings = BuildingLike.Level(2_000);
        var before = BuildingLike.Chunk(readings).Length;
        (readings.Values[700], readings.Values[1_500]) = (-0.0, 1.0 / 3);

        Assert.InRange(BuildingLike.Chunk(readings).Length, before + 1, before + 40);
    }

    private static ChunkBuffer Readings(string kind, int count) => kind switch
    {
        "level" => BuildingLike.Level(count),
        "power" => BuildingLike.Power(count),
        "energy" => BuildingLike.Energy(count),
        "switch" => BuildingLike.Switch(count),
        "steady" => BuildingLike.Steady(count),
        _ => BuildingLike.Noise(count),
    };
}
