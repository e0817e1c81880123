using System.Globalization;
using System.Text;

namespace Plantroom.Gateway;

/// <summary>Reads a payload that is one value: a number, or <c>true</c>, <c>false</c>, <c>on</c>, <c>off</c> in any case.</summary>
internal static class PlainValue
{
    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Keeps the value; the answer says why not.</summary>
    /// <param name="payload">Valid UTF-8; white space around the value is allowed.</param>
    /// <param name="point">Whose value it is.</param>
    /// <param name="into">Takes the value; its time is still missing.</param>
    public static Refusal? Read(ReadOnlySpan<byte> payload, PointRule point, DecodedMessage into)
    {
        var text = payload.Trim(" \t\r\n"u8);
        if (text.IsEmpty) return new(RejectReason.MalformedPayload, "the payload is empty");
        if (Is(text, "true"u8) || Is(text, "on"u8)) return PointValue.Keep(point, true, into);
        if (Is(text, "false"u8) || Is(text, "off"u8)) return PointValue.Keep(point, false, into);
        if (IsNotFinite(text)) return Refusal.NotFinite;
        return double.TryParse(text, Number, CultureInfo.InvariantCulture, out var value)
            ? PointValue.Keep(point, value, into)
            : Refusal.NotANumber;
    }

    /// <summary>Whether a text is how C, JavaScript or .NET write what is not a finite number.</summary>
    public static bool IsNotFinite(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'+' or (byte)'-', ..]) text = text[1..];
        return Is(text, "nan"u8) || Is(text, "inf"u8) || Is(text, "infinity"u8);
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(text, word);
}
