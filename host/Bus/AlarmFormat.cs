using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Plantroom.Mqtt;

namespace Plantroom.Host.Bus;

/// <summary>Changes of alarms as JSON on <c>plantroom/v1/alarms/{site}/{equipment}/{alarm id}</c>.</summary>
internal sealed partial class AlarmFormat(BusMetrics metrics, ILogger<AlarmFormat> logger) : BusFormat<AlarmChange>
{
    public override string Name => "alarms";

    /// <summary>They are committed before they are published; whoever raises or acknowledges one must not wait for the broker.</summary>
    public override bool IsKeptBefore => true;

    public override void Write(AlarmChange message, BusOutput output)
    {
        output.Begin($"{Prefix}{message.Alarm.Equipment}/{message.Alarm.Id.ToString(CultureInfo.InvariantCulture)}");
        using var writer = new Utf8JsonWriter(output, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        JsonSerializer.Serialize(writer, message, AlarmBusJson.Default.AlarmChange);
    }

    public override BusRead<AlarmChange> Reader() => (in MqttMessage message, Acknowledgement? _) =>
    {
        try
        {
            if (JsonSerializer.Deserialize(message.Payload, AlarmBusJson.Default.AlarmChange) is { Alarm: not null } change) return change;
            throw new JsonException("There is no alarm in it.");
        }
        catch (JsonException e)
        {
            metrics.Rejected(Name, 1);
            LogRejected(Encoding.UTF8.GetString(message.Topic), e.Message);
            return null;
        }
    };

    [LoggerMessage(LogLevel.Warning, "A message on {Topic} was rejected: {Why}")]
    private partial void LogRejected(string topic, string why);
}

/// <summary>The JSON of the bus, the same as that of the alarm hub: camelCase names, enumerations as texts, ids as plain names.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AlarmChange))]
internal sealed partial class AlarmBusJson : JsonSerializerContext;
