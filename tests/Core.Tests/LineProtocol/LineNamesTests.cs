using Plantroom.TestKit.Fakes;

namespace Plantroom.Core.Tests;

public sealed class LineNamesTests
{
    [Theory]
    [InlineData("hq/SP-1/level", "hq", "SP-1", "level", "level/quality")]
    [InlineData("a,b/c=d/e,f=g", "a,b", "c=d", "e,f=g", "e,f=g/quality")]
    [InlineData(@"a\,b/c\/d\", @"a\/,b", @"c\/", @"d\/", @"d\/quality")]
    [InlineData("hq/SP-1/time", "hq", "SP-1", "time/", "time/quality")]
    public void Names_OfAPoint_AreThoseThatAStoreKeeps(string name, string site, string equipment, string field, string quality)
    {
        var point = PointId.Intern(name);
        Assert.Equal(
            (site, equipment, field, quality),
            (LineNames.Tag(point.Site), LineNames.Tag(point.Equipment.Equipment), LineNames.Field(point), LineNames.QualityField(point)));
    }

    [Fact]
    public void Measurement_Equipment_IsItsClass()
    {
        var sump = LineProtocolWriterTests.Sump("B1");
        var model = new FakeFacilitySource(new([], [sump])).Current;
        Assert.Equal("sump", LineNames.Measurement(sump.Id, model));
        Assert.Equal("equipment", LineNames.Measurement(new("hq", "unknown"), model));
    }
}
