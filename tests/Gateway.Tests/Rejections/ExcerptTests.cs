using FsCheck;
using FsCheck.Fluent;

namespace Plantroom.Gateway.Tests;

public sealed class ExcerptTests
{
    [Fact]
    public void Of_PrintableText_IsTheText() => Assert.Equal("{\"液位\": 1.2}", Excerpt.Of("{\"液位\": 1.2}"u8, 120));

    [Fact]
    public void Of_ControlsAndWhatChangesTheDirection_AreEscaped() =>
        Assert.Equal(@"a\u000A\u0000\u001B[31m\u202Eb\u2028\\", Excerpt.Of("a\n\0\u001b[31m\u202Eb\u2028\\"u8, 120));

    [Fact]
    public void Of_NotUtf8_IsShownAsBytes() => Assert.Equal(@"a\xFF\xFEb\xE6\xB6", Excerpt.Of([(byte)'a', 0xFF, 0xFE, (byte)'b', 0xE6, 0xB6], 120));

    [Fact]
    public void Of_LongerThanShown_IsCutBetweenCharacters()
    {
        Assert.Equal("液…", Excerpt.Of("液位"u8, 5));
        Assert.Equal("液位", Excerpt.Of("液位"u8, 6));
    }

    [Fact]
    public void Of_AnyBytes_IsShortAndPrintable() =>
        Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(static bytes =>
        {
            var text = Excerpt.Of(bytes, 20);
            return text.Length <= (20 * 6) + 1 && !text.Any(char.IsControl);
        }));
}
