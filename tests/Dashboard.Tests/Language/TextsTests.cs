using System.Reflection;
using System.Text.RegularExpressions;
using Plantroom.Dashboard.Language;

namespace Plantroom.Dashboard.Tests.Language;

public sealed partial class TextsTests
{
    public static TheoryData<string> Names() =>
        [.. typeof(Texts).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static f => f.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Text_InBothLanguages_IsThereWithTheSamePlaces(string name)
    {
        var text = (LocalizedText)typeof(Texts).GetField(name)!.GetValue(null)!;

        Assert.False(string.IsNullOrWhiteSpace(text.ZhCn));
        Assert.False(string.IsNullOrWhiteSpace(text.En));
        Assert.Equal(Places(text.En), Places(text.ZhCn));
        Assert.DoesNotMatch(Han(), text.En);
        var hasWords = Latin().IsMatch(Place().Replace(text.En, ""));
        if (hasWords) Assert.Matches(Han(), text.ZhCn);
    }

    [Fact]
    public void Values_OfEveryEnumeration_HaveTheirOwnText()
    {
        AssertDistinct(Enum.GetValues<BuildingSystem>().Select(Texts.Of));
        AssertDistinct(Enum.GetValues<AlarmPriority>().Select(Texts.Of));
        AssertDistinct(Enum.GetValues<AlarmState>().Select(Texts.Of));
        AssertDistinct(Enum.GetValues<RainColour>().Select(Texts.Of));
        AssertDistinct(Enum.GetValues<QualityLevel>().Select(Texts.Of));
        AssertDistinct(Enum.GetValues<QualityReason>().Select(Texts.Of));
    }

    private static void AssertDistinct(IEnumerable<LocalizedText?> texts)
    {
        var all = texts.ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    private static IEnumerable<string> Places(string text) => Place().Matches(text).Select(static m => m.Value).Distinct().Order();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"[\u4e00-\u9fff]")]
    private static partial Regex Han();

    [GeneratedRegex("[A-Za-z]")]
    private static partial Regex Latin();
}
