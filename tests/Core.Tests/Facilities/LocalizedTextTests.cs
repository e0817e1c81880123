namespace Plantroom.Core.Tests;

public sealed class LocalizedTextTests
{
    [Theory]
    [InlineData("zh", "水泵")]
    [InlineData("zh-CN", "水泵")]
    [InlineData("ZH-Hans", "水泵")]
    [InlineData("en", "Pump")]
    [InlineData("en-GB", "Pump")]
    [InlineData("de", "Pump")]
    [InlineData("", "Pump")]
    public void For_LanguageTag_IsChineseOrElseEnglish(string tag, string expected) =>
        Assert.Equal(expected, new LocalizedText("水泵", "Pump").For(tag));

    [Fact]
    public void Same_OneText_IsBoth() => Assert.Equal(new LocalizedText("pH", "pH"), LocalizedText.Same("pH"));
}
