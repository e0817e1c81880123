using System.Globalization;

namespace Plantroom.Benchmarks.Mqtt;

/// <summary>The command line of a benchmark: <c>--name value</c> pairs, of which <c>--peer</c> may come several times.</summary>
internal sealed class BenchArguments
{
    private readonly Dictionary<string, string> values = [];

    public BenchArguments(IEnumerable<string> arguments)
    {
        foreach (var pair in arguments.Chunk(2))
        {
            if (pair is not [['-', '-', .. var name], var value]) throw new ArgumentException($"'{pair[0]}' is not --name value.");
            if (name == "peer") Peers.Add(Peer.Parse(value));
            else values[name] = value;
        }
    }

    /// <summary>Other brokers to compare with, beside Mosquitto: <c>--peer "name=command line with {port}"</c>.</summary>
    public List<Peer> Peers { get; } = [];

    public int Number(string name, int otherwise) => Numbers(name, otherwise)[0];

    public int[] Numbers(string name, params int[] otherwise) =>
        values.TryGetValue(name, out var text) ? [.. text.Split(',').Select(static n => int.Parse(n, CultureInfo.InvariantCulture))] : otherwise;

    /// <summary>Names of the contenders that take part; all when it is not said.</summary>
    public bool Wants(string contender) => !values.TryGetValue("only", out var names) || names.Split(',').Contains(contender);
}

/// <summary>A broker that is started by a command line.</summary>
internal sealed record Peer(string Name, string CommandLine)
{
    public static Peer Parse(string text) =>
        text.Split('=', 2) is [var name, var command] && command.Contains("{port}", StringComparison.Ordinal)
            ? new(name, command)
            : throw new ArgumentException($"--peer '{text}' is not name=command line with {{port}}.");
}
