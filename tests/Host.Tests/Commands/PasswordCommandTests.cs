using Plantroom.Host.Commands;
using Plantroom.Mqtt;
using Plantroom.TestKit;

namespace Plantroom.Host.Tests.Commands;

public sealed class PasswordCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    private string File => folder.File("passwords");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Script_AddsListsAndRemovesUsers()
    {
        var terminal = new FakeTerminal("secret-word");
        Run(terminal, "gateway");
        Assert.Equal(["gateway"], MqttPasswordFile.Users(File));
        Run(terminal, "--list");
        Assert.Equal(["gateway"], terminal.Said);
        Run(terminal, "gateway", "--delete");
        Assert.Empty(MqttPasswordFile.Users(File));
    }

    [Theory]
    [InlineData("word\rword\r", true)]
    [InlineData("worx\bd\rword\r", true)]
    [InlineData("word\rwood\r", false)]
    [InlineData("\r\r", false)]
    public void Person_IsAskedTwice(string keys, bool isTaken)
    {
        var problems = new List<StartupProblem>();
        Parse("gateway").Run(File, new FakeTerminal(null, keys), problems);

        Assert.Equal(isTaken ? ["gateway"] : [], MqttPasswordFile.Users(File));
        Assert.Equal(isTaken, problems.Count == 0);
        Assert.DoesNotContain(problems, static p => p.ToString().Contains("wood", StringComparison.Ordinal));
    }

    [Fact]
    public void Mistakes_AreNamedAndChangeNothing()
    {
        var problems = new List<StartupProblem>();
        Parse("nobody", "--delete").Run(File, new FakeTerminal("x"), problems);
        Parse("a:b").Run(File, new FakeTerminal("x"), problems);
        Parse("gateway").Run(folder.File("no/folder"), new FakeTerminal("x"), problems);

        Assert.Equal(["nobody", "a:b", folder.File("no/folder")], problems.Select(static p => p.Key));
        Assert.DoesNotContain(problems, static p => p.Message.Contains("Parameter", StringComparison.Ordinal));
        Assert.False(System.IO.File.Exists(File));
    }

    [Theory]
    [InlineData("gateway --data=elsewhere", "--data=elsewhere")]
    [InlineData("--data=elsewhere gateway", "--data=elsewhere")]
    [InlineData("--data elsewhere gateway", "--data elsewhere")]
    public void Settings_AreTakenWithAnEqualsSignAndWithout(string words, string others)
    {
        var command = Parse(words.Split(' '));

        Assert.Equal("gateway", command.User);
        Assert.Equal(others.Split(' '), command.Settings);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--delete")]
    [InlineData("gateway --list")]
    [InlineData("--list --delete")]
    [InlineData("gateway another")]
    [InlineData("gateway --file")]
    public void Parse_WhatCannotBeMeant_IsNamed(string words)
    {
        var problems = new List<StartupProblem>();
        PasswordCommand.Parse(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), problems);

        Assert.NotEmpty(problems);
    }

    [Fact]
    public void Parse_Options_AreItsOwnOrThoseOfTheSettings()
    {
        var command = Parse("--data", "here", "gateway", "--file", "there");

        Assert.Equal(("gateway", "there", false, false), (command.User, command.File, command.Delete, command.List));
        Assert.Equal(["--data", "here"], command.Settings);
    }

    private static PasswordCommand Parse(params string[] words)
    {
        var problems = new List<StartupProblem>();
        var command = PasswordCommand.Parse(words, problems);
        Assert.Empty(problems);
        return command!;
    }

    private void Run(Terminal terminal, params string[] words)
    {
        var problems = new List<StartupProblem>();
        Parse(words).Run(File, terminal, problems);
        Assert.Empty(problems);
    }

    private sealed class FakeTerminal(string? line, string keys = "") : Terminal
    {
        private int at;

        public List<string> Said { get; } = [];

        protected override bool IsScript => line is not null;

        public override void Say(string line) => Said.Add(line);

        protected override string? ReadLine() => line;

        protected override ConsoleKeyInfo ReadKey()
        {
            var key = keys[at++];
            return new(key, key switch { '\r' => ConsoleKey.Enter, '\b' => ConsoleKey.Backspace, _ => ConsoleKey.A }, false, false, false);
        }
    }
}
