using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Plantroom.Dashboard.Alarms;

/// <summary>The JSON of the alarm hub: camelCase names, enumerations as camelCase texts, ids as plain names.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Alarm))]
[JsonSerializable(typeof(Alarm[]))]
[JsonSerializable(typeof(AlarmChange))]
[JsonSerializable(typeof(AcknowledgeOutcome))]
internal sealed partial class AlarmHubJson : JsonSerializerContext
{
    /// <summary>Sets options up to write and read the hub's messages.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.Converters.Add(new JsonStringEnumConverter<AlarmState>(JsonNamingPolicy.CamelCase));
        options.Converters.Add(new JsonStringEnumConverter<AlarmPriority>(JsonNamingPolicy.CamelCase));
        options.Converters.Add(new JsonStringEnumConverter<AlarmEvent>(JsonNamingPolicy.CamelCase));
        options.Converters.Add(new JsonStringEnumConverter<AcknowledgeOutcome>(JsonNamingPolicy.CamelCase));
        if (options.TypeInfoResolverChain.Count == 0) options.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver());
        options.TypeInfoResolverChain.Insert(0, Default);
    }
}
