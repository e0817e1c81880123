using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plantroom;

/// <summary>Writes an enumeration as the camelCase name of its value, for example <c>returnedUnacknowledged</c>, and reads it back.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
public sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
