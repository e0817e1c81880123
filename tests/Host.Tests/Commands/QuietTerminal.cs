using Plantroom.Host.Commands;

namespace Plantroom.Host.Tests.Commands;

/// <summary>Keeps what was said.</summary>
internal sealed class QuietTerminal : Terminal
{
    public List<string> Said { get; } = [];

    public override void Say(string line) => Said.Add(line);
}
