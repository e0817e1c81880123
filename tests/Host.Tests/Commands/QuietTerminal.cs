using Plantroom.Host.Commands;

namespace Plantroom.Host.Tests.Commands;

/// <summary>Keeps what was said.</summary>
internal sealed class QuietTerminal : Terminal
{
    public List<string> Said { get; } = [];

    /// <summary>What is not a result.</summary>
    public List<string> Told { get; } = [];

    public override void Say(string line) => Said.Add(line);

    public override void Tell(string line) => Told.Add(line);
}
