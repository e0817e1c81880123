namespace Plantroom.Host.Settings;

/// <summary>Where settings come from.</summary>
internal static class SettingsSources
{
    /// <summary>The shipped file, the file of <c>--config</c>, the environment, the command line: the later one wins.</summary>
    public static IConfigurationRoot Read(CommandLine line, List<StartupProblem> problems)
    {
        var builder = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: false, reloadOnChange: false);
        if (line.ConfigFile is { } file) builder.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        builder.AddEnvironmentVariables("PLANTROOM_").AddInMemoryCollection(line.Settings);
        try
        {
            return builder.Build();
        }
        catch (Exception e) when (e is FileNotFoundException or InvalidDataException or FormatException)
        {
            problems.Add(new("--config", $"{line.ConfigFile} cannot be read: {e.InnerException?.Message ?? e.Message}"));
            return new ConfigurationBuilder().Build();
        }
    }
}
