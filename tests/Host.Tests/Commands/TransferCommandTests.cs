using System.Text;
using Plantroom.Host.Commands;
using Plantroom.Ingest.Transfer;
using Plantroom.TestKit;

namespace Plantroom.Host.Tests.Commands;

public sealed class TransferCommandTests
{
    private static readonly DateTime Now = new(2026, 6, 1, 8, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Export_WithoutOptions_IsEverythingAsCsvToTheStandardOutput()
    {
        var command = Export("");
        Assert.Equal(("*", "-", TransferFormat.Csv, false), (command.Points, command.File, command.Format, command.Quiet));
        Assert.Equal(new TimeRange(DateTime.UnixEpoch, Now), command.Range);
    }

    [Fact]
    public void Export_Options_AreItsOwnOrThoseOfTheSettings()
    {
        var command = Export("--points hq/* --data here --from=-24h --to 2026-06-01T07:00:00Z --quiet --out readings.lp --Ingest:Readers=2");
        Assert.Equal(("hq/*", "readings.lp", TransferFormat.Lines, true), (command.Points, command.File, command.Format, command.Quiet));
        Assert.Equal(new TimeRange(Now.AddDays(-1), Now.AddHours(-1)), command.Range);
        Assert.Equal(["--data", "here", "--Ingest:Readers=2"], command.Settings);
    }

    [Theory]
    [InlineData("--from yesterday", "--from")]
    [InlineData("--to soon", "--to")]
    [InlineData("--from now", "--to")]
    [InlineData("--format xml", "--format")]
    [InlineData("readings.csv", "readings.csv")]
    [InlineData("--out", "--out")]
    public void Export_WhatCannotBeMeant_IsNamed(string words, string key)
    {
        var problems = new List<StartupProblem>();
        ExportCommand.Parse(words.Split(' '), Now, problems);
        Assert.Equal([key], problems.Select(static p => p.Key));
    }

    [Theory]
    [InlineData("readings.csv", "readings.csv", TransferFormat.Csv, false)]
    [InlineData("--unknown keep readings.LP", "readings.LP", TransferFormat.Lines, true)]
    [InlineData("- --format lp --data here", "-", TransferFormat.Lines, false)]
    [InlineData("readings.txt --format=lp --unknown=skip", "readings.txt", TransferFormat.Lines, false)]
    public void Import_Options_SayWhatIsTaken(string words, string file, TransferFormat format, bool keepUnknown)
    {
        var problems = new List<StartupProblem>();
        var command = ImportCommand.Parse(words.Split(' '), problems);
        Assert.Empty(problems);
        Assert.Equal((file, new ImportRequest(format, keepUnknown)), (command.File, command.Request));
    }

    [Theory]
    [InlineData("--quiet", "import")]
    [InlineData("one two", "import")]
    [InlineData("one --unknown maybe", "--unknown")]
    public void Import_WhatCannotBeMeant_IsNamed(string words, string key)
    {
        var problems = new List<StartupProblem>();
        ImportCommand.Parse(words.Split(' '), problems);
        Assert.Equal([key], problems.Select(static p => p.Key));
    }

    [Fact]
    public void Progress_OnATerminal_IsALineThatIsWrittenOver()
    {
        var (output, clock) = (new StringWriter(), new ManualClock());
        var line = new ProgressLine(output, isTerminal: true, clock);
        line.Report(new(0.1, 1));
        clock.Advance(TimeSpan.FromSeconds(1));
        line.Report(new(0.5, 1234567));
        line.Report(new(0.6, 2000000));
        line.End();
        Assert.Equal("\r[###############...............]  50 %, 1,234,567 readings   " + Environment.NewLine, output.ToString());
    }

    [Fact]
    public void Progress_Elsewhere_IsALineNowAndThen()
    {
        var (output, clock) = (new StringWriter { NewLine = "\n" }, new ManualClock());
        var line = new ProgressLine(output, isTerminal: false, clock);
        for (var second = 0; second < 25; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            line.Report(new(null, second));
        }

        line.End();
        Assert.Equal("9 readings\n19 readings\n", output.ToString());
    }

    private static ExportCommand Export(string words)
    {
        var problems = new List<StartupProblem>();
        var command = ExportCommand.Parse(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), Now, problems);
        Assert.Empty(problems);
        return command;
    }
}
