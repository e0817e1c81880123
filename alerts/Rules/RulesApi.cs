using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Plantroom.Yaml;

namespace Plantroom.Alerts.Rules;

/// <summary>What an administrator wants to know after editing a rule file.</summary>
/// <param name="Valid">Whether the files on disk are in force.</param>
/// <param name="LoadedAt">When the rules in force were taken over, UTC.</param>
/// <param name="Rules">How many rules are in force.</param>
/// <param name="Bound">How often they are bound to equipment.</param>
/// <param name="Problems">Why the files on disk are not in force.</param>
internal sealed record RulesStatus(bool Valid, DateTime LoadedAt, int Rules, int Bound, IReadOnlyList<YamlProblem> Problems);

/// <summary><c>/api/v1/rules</c>.</summary>
internal static class RulesApi
{
    public static void MapRules(this IEndpointRouteBuilder routes)
    {
        var rules = routes.MapGroup("/api/v1/rules").WithTags("Rules");
        rules.MapGet("", static (RuleSource source) => TypedResults.Ok(source.Current.Set.Rules)).WithSummary("The rules in force");
        rules.MapGet("status", static (RuleSource source) => TypedResults.Ok(Status(source.Current)))
            .WithSummary("Whether the rule files are in force, and why not");
    }

    /// <summary>Only the file's name is told: where the files are is not for every reader.</summary>
    private static RulesStatus Status(RulesInForce rules) => new(
        rules.Problems.Count == 0,
        rules.LoadedAt,
        rules.Set.Rules.Count,
        rules.Bound.Count,
        [.. rules.Problems.Select(static p => p with { File = Path.GetFileName(p.File) })]);
}
