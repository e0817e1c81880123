using System.Text.Json;
using System.Text.Json.Serialization;
using Plantroom.Alerts.Alarms;
using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts;

/// <summary>
/// The JSON of the module's API. There are no types of their own for it: the records of the core are the contract, with camelCase
/// names, enumerations as camelCase texts and ids as plain names (docs/formats/alarms.md).
/// </summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<Alarm>))]
[JsonSerializable(typeof(AlarmChange))]
[JsonSerializable(typeof(AcknowledgeRequest))]
[JsonSerializable(typeof(IReadOnlyList<JournalEntry>))]
[JsonSerializable(typeof(IReadOnlyList<Rule>))]
[JsonSerializable(typeof(RulesStatus))]
[JsonSerializable(typeof(IReadOnlyList<RainWarning>))]
internal sealed partial class AlertsJson : JsonSerializerContext;
