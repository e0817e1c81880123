using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Plantroom.Energy.Balance;
using Plantroom.Energy.Consumption;

namespace Plantroom.Energy;

/// <summary>
/// Serializes the answers. The documented form is a promise, so it is set here and not taken from what the host does with other answers.
/// </summary>
[JsonSerializable(typeof(ConsumptionAnswer))]
[JsonSerializable(typeof(BalanceAnswer))]
internal sealed partial class EnergyJson : JsonSerializerContext
{
    /// <summary>camelCase; what is not known is written as null; names in any script stay readable.</summary>
    public static EnergyJson Answers { get; } = new(new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
