using FsCheck;
using FsCheck.Fluent;

namespace Plantroom.Core.Tests;

public sealed class EquipmentIdTests
{
    [Theory]
    [InlineData("P-101")]
    [InlineData("a")]
    [InlineData("水泵1")]
    [InlineData("x.y_z:0")]
    public void IsValidSegment_VisibleCharacters_IsTrue(string text) => Assert.True(EquipmentId.IsValidSegment(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\u3000b")]
    [InlineData("a/b")]
    [InlineData("+")]
    [InlineData("#")]
    [InlineData("a\u0007")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void IsValidSegment_WhatATopicOrAUrlCannotHold_IsFalse(string? text) => Assert.False(EquipmentId.IsValidSegment(text));

    [Fact]
    public void IsValidSegment_LongestAllowed_IsTrue() => Assert.True(EquipmentId.IsValidSegment(new string('x', 64)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("hq")]
    [InlineData("hq/")]
    [InlineData("/P-101")]
    [InlineData("hq/P-101/level")]
    [InlineData("hq/P 101")]
    public void TryParse_NotTwoSegments_IsFalse(string? text)
    {
        Assert.False(EquipmentId.TryParse(text, out var id));
        Assert.Equal(default, id);
    }

    [Fact]
    public void TryParse_WhatToStringWrote_IsTheSame() =>
        Check.QuickThrowOnFailure(Prop.ForAll<NonEmptyString, NonEmptyString>(static (site, equipment) =>
        {
            var id = new EquipmentId(site.Get, equipment.Get);
            var valid = EquipmentId.IsValidSegment(site.Get) && EquipmentId.IsValidSegment(equipment.Get);
            return EquipmentId.TryParse(id.ToString(), out var read) ? valid && read == id : !valid;
        }));

    [Fact]
    public void Point_OfEquipment_IsInterned() =>
        Assert.Equal(PointId.Intern("hq/P-101/current"), new EquipmentId("hq", "P-101").Point("current"));
}
