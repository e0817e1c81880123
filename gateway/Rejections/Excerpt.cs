using System.Buffers;
using System.Globalization;
using System.Text;

namespace Plantroom.Gateway;

/// <summary>
/// The beginning of what somebody sent, as text that is safe to log and to show: what is not printable, and what would change how the
/// rest is shown, is written as <c>\u0000</c>, bytes that are not UTF-8 as <c>\x00</c>, a backslash twice.
/// </summary>
internal static class Excerpt
{
    public static string Of(ReadOnlySpan<byte> bytes, int length)
    {
        var text = new StringBuilder();
        var rest = bytes[..Math.Min(bytes.Length, length)];
        while (!rest.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(rest, out var rune, out var used);
            if (status is OperationStatus.NeedMoreData && bytes.Length > length) break; // the cut went through a character
            if (status is OperationStatus.Done) Append(text, rune);
            else
                foreach (var b in rest[..used]) text.Append(CultureInfo.InvariantCulture, $"\\x{b:X2}");
            rest = rest[used..];
        }

        return bytes.Length > length ? text.Append('…').ToString() : text.ToString();
    }

    private static void Append(StringBuilder text, Rune rune)
    {
        if (rune.Value == '\\') text.Append(@"\\");
        else if (IsShown(Rune.GetUnicodeCategory(rune))) text.Append(rune.ToString());
        else if (rune.IsBmp) text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
        else text.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}");
    }

    private static bool IsShown(UnicodeCategory category) => category is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate);
}
