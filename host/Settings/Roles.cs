namespace Plantroom.Host.Settings;

/// <summary>The roles that this process runs.</summary>
/// <param name="Selected">In the order of <see cref="Role"/>.</param>
internal sealed record Roles(IReadOnlyList<Role> Selected)
{
    /// <summary>
    /// The modules of the server meet on the bus within the process, so they run together; the simulated building reaches it over MQTT
    /// and may run anywhere.
    /// </summary>
    private static readonly Role[] Server = [.. Every.Where(static r => r is not Role.Simulators)];

    private static Role[] Every => Enum.GetValues<Role>();

    public bool RunsServer => Selected.Contains(Role.Gateway);

    public bool Has(Role role) => Selected.Contains(role);

    /// <summary>Reads <c>all</c>, a list of names, and names with a minus to leave out; in order.</summary>
    public static Roles Parse(string text, List<StartupProblem> problems)
    {
        var selected = new SortedSet<Role>();
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var leaveOut = word.StartsWith('-');
            var name = word.TrimStart('-');
            var named = Named(name);
            if (named.Length == 0) problems.Add(new("Roles", $"'{name}' is not a role; known are all, {string.Join(", ", Names(Every))}"));
            else if (leaveOut) selected.ExceptWith(named);
            else selected.UnionWith(named);
        }

        var roles = new Roles([.. selected]);
        if (problems.Count == 0) roles.Check(problems);
        return roles;
    }

    public override string ToString() => string.Join(", ", Names(Selected));

    private static Role[] Named(string name)
    {
        if (name.Equals("all", StringComparison.OrdinalIgnoreCase)) return Every;
        return [.. Every.Where(r => r.ToString().Equals(name, StringComparison.OrdinalIgnoreCase))];
    }

    private static IEnumerable<string> Names(IEnumerable<Role> roles) => roles.Select(static r => r.ToString().ToLowerInvariant());

    private void Check(List<StartupProblem> problems)
    {
        if (Selected.Count == 0)
        {
            problems.Add(new("Roles", "no role is left; use all, or simulators alone"));
            return;
        }

        var missing = Server.Except(Selected).ToArray();
        if (missing.Length > 0 && missing.Length < Server.Length)
            problems.Add(new("Roles", $"{this} cannot run without {string.Join(", ", Names(missing))} in the same process"));
    }
}
