using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plantroom;

/// <summary>Writes an equipment id as its plain name, <c>"hq/P-101"</c>, and reads it back.</summary>
public sealed class EquipmentIdJsonConverter : JsonConverter<EquipmentId>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The value is not a text of the form <c>site/equipment</c>.</exception>
    public override EquipmentId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && EquipmentId.TryParse(reader.GetString(), out var id)
            ? id
            : throw new JsonException("Expected the name of a piece of equipment, site/equipment.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, EquipmentId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString());
    }
}
