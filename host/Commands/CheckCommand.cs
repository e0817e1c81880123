using System.Globalization;

namespace Plantroom.Host.Commands;

/// <summary>Looks whether the databases of a data folder are whole; also while the system runs.</summary>
internal sealed class CheckCommand(DataFolder data)
{
    /// <summary>So many are told in full; a database that has more is damaged as a whole.</summary>
    private const int Told = 100;

    /// <summary>Prints what it finds.</summary>
    /// <returns>Whether all is well.</returns>
    public bool Run(Terminal terminal, List<StartupProblem> problems)
    {
        var names = DataFiles.Databases(data);
        if (names.Count == 0)
        {
            problems.Add(new("Data:Folder", $"{data.Path} has no database"));
            return false;
        }

        var count = 0;
        foreach (var problem in DataFiles.Problems(data))
            if (count++ < Told)
                terminal.Say(problem.ToString());
        if (count > Told) terminal.Say(string.Create(CultureInfo.InvariantCulture, $"... and {count - Told} more"));
        if (count == 0) terminal.Say($"{string.Join(", ", names)} in {data.Path}: all is well");
        return count == 0;
    }
}
