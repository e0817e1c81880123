namespace Plantroom.Mqtt.Client;

/// <summary>A reason code and the broker's own words, for people.</summary>
internal static class Said
{
    public static string Of(byte reason, string? text) => text is null ? $"0x{reason:X2}" : $"0x{reason:X2}, {text}";
}
