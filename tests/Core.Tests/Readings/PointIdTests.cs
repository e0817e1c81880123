using FsCheck;
using FsCheck.Fluent;

namespace Plantroom.Core.Tests;

public sealed class PointIdTests
{
    [Fact]
    public void Intern_Name_GivesItsParts()
    {
        var point = PointId.Intern("hq/P-101/dischargePressure");

        Assert.Equal(("hq", "dischargePressure", "hq/P-101/dischargePressure"), (point.Site, point.Point, point.ToString()));
        Assert.Equal(new EquipmentId("hq", "P-101"), point.Equipment);
    }

    [Fact]
    public void Intern_SameName_IsTheSameId()
    {
        var first = PointId.Intern("hq/same/name");

        Assert.Equal(first, PointId.Intern(new string("hq/same/name".AsSpan())));
        Assert.NotEqual(first, PointId.Intern("hq/same/Name"));
        Assert.NotEqual(default, first);
    }

    [Fact]
    public void Default_HasNoName() => Assert.Equal(("", 0), (default(PointId).ToString(), default(PointId).Index));

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a/b/c/d")]
    [InlineData("a//c")]
    [InlineData("/b/c")]
    [InlineData("a/b/")]
    [InlineData("a/b/c d")]
    [InlineData("a/+/c")]
    [InlineData("a/b/#")]
    [InlineData("a/b/c\u0000")]
    public void Intern_NotAName_Throws(string name)
    {
        Assert.False(PointId.IsValidName(name));
        Assert.Throws<FormatException>(() => PointId.Intern(name));
        Assert.False(PointId.TryFind(name, out _));
    }

    [Fact]
    public void TryFind_UnknownName_DoesNotInternIt()
    {
        Assert.False(PointId.TryFind("hq/nobody/knows", out var none));
        Assert.Equal(default, none);
        Assert.False(PointId.TryFind("hq/nobody/knows", out _));
        Assert.False(PointId.TryFind(null, out _));
    }

    [Fact]
    public void TryFind_KnownName_IsTheInternedId()
    {
        var known = PointId.Intern("hq/known/point");

        Assert.True(PointId.TryFind("hq/known/point", out var found));
        Assert.Equal(known, found);
    }

    [Fact]
    public async Task Intern_FromManyThreads_GivesOneIdForEachNameAndEachItsName()
    {
        const int Names = 2_000; // beyond several growths of the table
        var tasks = Enumerable.Range(0, 4).Select(_ => Task.Run(
            static () => Enumerable.Range(0, Names).Select(static i =>
            {
                var id = PointId.Intern($"parallel/equipment/p{i}");
                Assert.Equal($"p{i}", id.Point);
                return id.Index;
            }).ToList(),
            TestContext.Current.CancellationToken));

        var results = await Task.WhenAll(tasks);

        Assert.Equal(Names, results[0].Distinct().Count());
        Assert.All(results, r => Assert.Equal(results[0], r));
    }

    [Fact]
    public void IsValidName_AnyText_AgreesWithTheSegments() =>
        Check.QuickThrowOnFailure(Prop.ForAll<string>(static text =>
        {
            var segments = (text ?? "").Split('/');
            return PointId.IsValidName(text) == (segments.Length == 3 && segments.All(EquipmentId.IsValidSegment));
        }));
}
