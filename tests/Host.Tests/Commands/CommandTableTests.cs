using Plantroom.Host.Commands;
using Plantroom.Host.Settings;
using Plantroom.TestKit;

namespace Plantroom.Host.Tests.Commands;

public sealed class CommandTableTests : IDisposable
{
    private readonly TempFolder temp = new();
    private readonly QuietTerminal terminal = new();

    public static TheoryData<string> Names => [.. CommandTable.All.Select(static c => c.Name)];

    public void Dispose() => temp.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Help_OfEveryCommand_SaysItsUsageAndDoesNothing(string name)
    {
        foreach (var word in (string[])["--help", "-h"])
            Assert.Equal(0, await RunAsync([.. name.Split(' '), word, "--data", temp.File("data")]));
        Assert.All(terminal.Said, said => Assert.StartsWith($"Usage: plantroom {name}", said, StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(temp.Path));
        Assert.Contains($"plantroom {name}", CommandLine.Help, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task EveryCommand_OptionThatThereIsNot_IsRefusedWithItsUsage(string name)
    {
        Assert.Equal(2, await RunAsync([.. name.Split(' '), "--nothing", "3", "--data", temp.File("data")]));
        Assert.Equal("Not done:", terminal.Told[0]);
        Assert.Contains(terminal.Told, static line => line.StartsWith("  --nothing: ", StringComparison.Ordinal));
        Assert.Contains(terminal.Told, line => line.StartsWith($"Usage: plantroom {name}", StringComparison.Ordinal));
        Assert.Empty(terminal.Said);
        Assert.Empty(Directory.EnumerateFileSystemEntries(temp.Path));
    }

    [Theory]
    [InlineData("mqtt", null)]
    [InlineData("mqtt password", null)]
    [InlineData("--data export", null)]
    [InlineData("mqtt passwd --list", "mqtt passwd")]
    [InlineData("check", "check")]
    public void Find_Words_AreACommandOrNone(string words, string? name) => Assert.Equal(name, CommandTable.Find(words.Split(' '))?.Command.Name);

    [Theory]
    [InlineData("export --out {0}", "--out")]
    [InlineData("export --Ingest:Reader=2", "Ingest:Reader")]
    [InlineData("import {0}", "{0}")]
    [InlineData("import none --Data:Foldr=x", "Data:Foldr")]
    public async Task WhatCannotBeDone_IsToldBeforeAnythingIs(string words, string key)
    {
        Assert.Equal(2, await RunAsync([.. words.Split(' ').Select(w => w.Replace("{0}", temp.Path, StringComparison.Ordinal)), "--data", temp.Path]));
        Assert.Contains(terminal.Told, line => line.StartsWith("  " + key.Replace("{0}", temp.Path, StringComparison.Ordinal) + ": ", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(temp.Path));
    }

    private Task<int> RunAsync(string[] args)
    {
        var (command, words) = Assert.NotNull(CommandTable.Find(args));
        return CommandTable.RunAsync(command, words, terminal);
    }
}
