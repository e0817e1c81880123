using System.Globalization;

namespace Plantroom.Alerts.Rules;

/// <summary>Tells all problems of the rule files before anything starts.</summary>
internal sealed class RulesCheck(SiteFolder folder, IFacilitySource facilities) : IStartupCheck
{
    public IEnumerable<StartupProblem> Check()
    {
        var loaded = RuleFolder.Load(folder.Rules);
        var problems = loaded.Problems.Count > 0 ? loaded.Problems : Binding.Of(loaded.Set, facilities.Current).Problems;
        return problems.Select(static p => new StartupProblem(p.File + ":" + p.Line.ToString(CultureInfo.InvariantCulture), p.Message));
    }
}
