using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plantroom;

/// <summary>Writes a point id as its plain name, <c>"hq/P-101/current"</c>, and reads it back.</summary>
/// <remarks>
/// Reading interns the name, so it is for what our own processes and clients write to each other (alarms). Requests from outside take
/// point names as texts and look them up with <see cref="PointId.TryFind"/>.
/// </remarks>
public sealed class PointIdJsonConverter : JsonConverter<PointId>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The value is not a text of the form <c>site/equipment/point</c>.</exception>
    public override PointId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && reader.GetString() is var name && PointId.IsValidName(name)
            ? PointId.Intern(name!)
            : throw new JsonException("Expected the name of a point, site/equipment/point.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PointId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.ToString());
    }
}
