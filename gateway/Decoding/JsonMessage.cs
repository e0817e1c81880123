using System.Text.Json;

namespace Plantroom.Gateway;

/// <summary>
/// Reads <c>{"ts": ..., "values": {...}}</c> straight from the receive buffer. Other members are allowed, as devices like to add their
/// own, and only counted.
/// </summary>
internal static class JsonMessage
{
    /// <summary>Escaped, a name of 64 characters is at most this long; a longer one cannot be a point's.</summary>
    private const int LongestEscapedName = 64 * 6;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 16 };

    /// <summary>Reads a message. What was read is of use only when the answer is null.</summary>
    /// <param name="payload">Valid UTF-8.</param>
    /// <param name="equipment">Whose message it is.</param>
    /// <param name="maxValues">More values are refused.</param>
    /// <param name="into">Takes the values; their time is still missing.</param>
    /// <param name="head">Takes the rest.</param>
    /// <returns>What is malformed; null when nothing is.</returns>
    public static string? Read(
        ReadOnlySpan<byte> payload, EquipmentPoints equipment, int maxValues, DecodedMessage into, out JsonHead head)
    {
        head = default;
        var reader = new Utf8JsonReader(payload, Options);
        try
        {
            return Message(ref reader, equipment, maxValues, into, ref head);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader meets a name with half of a surrogate pair in an escape with the second one.
            return $"not JSON, at byte {reader.BytesConsumed}";
        }
    }

    private static string? Message(
        ref Utf8JsonReader reader, EquipmentPoints equipment, int maxValues, DecodedMessage into, ref JsonHead head)
    {
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject) return "not a JSON object";
        var hasValues = false;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            string? problem = null;
            if (reader.ValueTextEquals("ts"u8)) problem = Time(ref reader, ref head);
            else if (!reader.ValueTextEquals("values"u8)) Skip(ref reader, ref head);
            else if (hasValues) problem = "values is there twice";
            else (problem, hasValues) = (Values(ref reader, equipment, maxValues, into), true);
            if (problem is not null) return problem;
        }

        reader.Read(); // what stands behind the object is not JSON
        if (!hasValues) return "values is missing";
        return into.Values == 0 ? "values is empty" : null;
    }

    private static void Skip(ref Utf8JsonReader reader, ref JsonHead head)
    {
        head.OtherMembers++;
        reader.Skip();
    }

    private static string? Time(ref Utf8JsonReader reader, ref JsonHead head)
    {
        const string Expected = "ts is neither an RFC 3339 time nor milliseconds since 1970";
        if (head.Time is not null) return "ts is there twice";
        reader.Read();
        DateTime time;
        var understood = reader.TokenType switch
        {
            JsonTokenType.Number => DeviceTime.TryFromEpoch(reader.GetDouble(), out time),
            JsonTokenType.String => DeviceTime.TryParse(reader.ValueSpan, out time),
            _ => Nothing(out time),
        };
        if (!understood) return Expected;
        head.Time = time;
        return null;
    }

    private static bool Nothing(out DateTime time)
    {
        time = default;
        return false;
    }

    private static string? Values(ref Utf8JsonReader reader, EquipmentPoints equipment, int maxValues, DecodedMessage into)
    {
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartObject) return "values is not an object";
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (into.Values == maxValues) return "too many values";
            var point = Find(ref reader, equipment);
            if (point is not null && !into.FirstTime(point)) return "a point is there twice";
            var start = (int)reader.TokenStartIndex + 1;
            var length = reader.ValueSpan.Length;
            reader.Read();
            if (Value(ref reader, point, into) is var (reason, detail)) into.Rejected.Add(new(start, length, reason, detail));
        }

        return null;
    }

    private static PointRule? Find(ref Utf8JsonReader reader, EquipmentPoints equipment)
    {
        if (!reader.ValueIsEscaped) return equipment.Find(reader.ValueSpan);
        if (reader.ValueSpan.Length > LongestEscapedName) return null;
        Span<byte> name = stackalloc byte[LongestEscapedName];
        return equipment.Find(name[..reader.CopyString(name)]);
    }

    private static Refusal? Value(ref Utf8JsonReader reader, PointRule? point, DecodedMessage into)
    {
        if (point is null)
        {
            reader.Skip();
            return Refusal.NoSuchPoint;
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return PointValue.Keep(point, reader.GetDouble(), into);
            case JsonTokenType.True or JsonTokenType.False:
                return PointValue.Keep(point, reader.TokenType is JsonTokenType.True, into);
            case JsonTokenType.String when PlainValue.IsNotFinite(reader.ValueSpan):
                return Refusal.NotFinite;
            default:
                reader.Skip();
                return Refusal.NotANumber;
        }
    }
}

/// <summary>What a message says beside its values.</summary>
internal struct JsonHead
{
    /// <summary>The time it states, whole milliseconds; null when it states none.</summary>
    public DateTime? Time;

    /// <summary>How many members beside <c>ts</c> and <c>values</c> were passed over.</summary>
    public int OtherMembers;
}
