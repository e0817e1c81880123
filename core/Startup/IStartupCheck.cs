namespace Plantroom;

/// <summary>Something that keeps the system from starting, told to the person who can change it.</summary>
/// <param name="Key">The setting, or <c>file:line</c>, that has to be changed.</param>
/// <param name="Message">What is wrong and what would be right; no secrets.</param>
public readonly record struct StartupProblem(string Key, string Message)
{
    /// <summary>One line for the console.</summary>
    public override string ToString() => $"{Key}: {Message}";
}

/// <summary>
/// Looks for problems before anything starts. All checks run and all problems are printed together; with one or more of them the
/// system does not start. A check changes nothing that stays.
/// </summary>
public interface IStartupCheck
{
    /// <summary>The problems found; empty when all is well. Does not throw for anything that a setting can cause.</summary>
    IEnumerable<StartupProblem> Check();
}
