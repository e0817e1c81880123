using Plantroom.Host.Settings;

namespace Plantroom.Host.Tests.Settings;

public sealed class CommandLineTests
{
    [Fact]
    public void Parse_Switches_BecomeSettings()
    {
        var line = Parse("--data", "here", "--http-port=8080", "--scenario", "cloudburst", "--Ingest:KeepRaw", "30.00:00:00", "--config", "my.json");

        Assert.Equal("here", line.Settings["Data:Folder"]);
        Assert.Equal("8080", line.Settings["Http:Port"]);
        Assert.Equal("cloudburst", line.Settings["Simulator:Scenario"]);
        Assert.Equal("30.00:00:00", line.Settings["Ingest:KeepRaw"]);
        Assert.Equal("my.json", line.ConfigFile);
        Assert.Equal(CommandLine.Wish.Run, line.Asked);
    }

    [Theory]
    [InlineData("--help", "Help")]
    [InlineData("-h", "Help")]
    [InlineData("--version", "Version")]
    public void Parse_Questions_AreUnderstood(string word, string asked) => Assert.Equal(asked, Parse(word).Asked.ToString());

    [Fact]
    public void Parse_Mistakes_AreAllNamed()
    {
        var problems = new List<StartupProblem>();

        CommandLine.Parse(["word", "--unknown", "3", "--data", "--other=4"], problems);

        Assert.Equal(["word", "--unknown", "--data", "--other"], problems.Select(static p => p.Key));
    }

    [Fact]
    public void Help_NamesEverySwitch() =>
        Assert.All(["--roles", "--data", "--site", "--scenario", "--http-port", "--mqtt-port", "--config"], word => Assert.Contains(word, CommandLine.Help, StringComparison.Ordinal));

    private static CommandLine Parse(params string[] args)
    {
        var problems = new List<StartupProblem>();
        var line = CommandLine.Parse(args, problems);
        Assert.Empty(problems);
        return line;
    }
}
