using System.Text;

namespace Plantroom.Gateway.Tests;

/// <summary>
/// Runs the tables of messages in <c>cases/messages</c> and the sample of the documentation. Cases are separated by empty lines:
/// <code>
/// # what it shows
/// topic: plantroom/v1/in/hq/SP-1
/// retained                                (when it is)
/// payload: {"values": {"level": 1.2}}     (or  bytes: 7B FF 7D)
/// hq/SP-1/level = 1.2 at 2026-06-01T08:00:00Z Good
/// rejected UnknownPoint foo               (or without a point, for the whole message)
/// </code>
/// The time is 2026-06-01T08:00:00Z, the site model is the shipped one.
/// </summary>
public sealed class MessageCases
{
    public static TheoryData<string, string> All()
    {
        var all = new TheoryData<string, string>();
        var sample = Path.Combine(Repository.Root, "docs", "formats", "samples", "device-messages.txt");
        foreach (var file in Directory.GetFiles(Repository.Cases("messages"), "*.txt").Order().Append(sample))
            foreach (var text in File.ReadAllText(file).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
                if (text.Contains("topic: ", StringComparison.Ordinal))
                    all.Add(Path.GetFileNameWithoutExtension(file), text.Trim());
        return all;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Message_OfTheTable_ComesToWhatTheTableSays(string file, string text)
    {
        using var bench = new GatewayBench(static o => (o.MaxPayload, o.MaxValues) = (200, 5));
        var (topic, payload, retained, expected) = Parse(text);

        var readings = bench.Decode(topic, payload, retained);

        var rejected = bench.Log.Newest.Reverse().Select(static r => $"rejected {r.Reason} {r.Point}".TrimEnd());
        Assert.Equal(expected, readings.Select(GatewayBench.Text).Concat(rejected));
        Assert.NotEmpty(expected);
        Assert.NotNull(file);
    }

    private static (string Topic, byte[] Payload, bool Retained, List<string> Expected) Parse(string text)
    {
        var topic = "";
        byte[] payload = [];
        var retained = false;
        var expected = new List<string>();
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith('#')) continue;
            if (line.StartsWith("topic: ", StringComparison.Ordinal)) topic = line["topic: ".Length..];
            else if (line.StartsWith("payload:", StringComparison.Ordinal)) payload = Encoding.UTF8.GetBytes(line["payload:".Length..].TrimStart());
            else if (line.StartsWith("bytes: ", StringComparison.Ordinal)) payload = Convert.FromHexString(line["bytes: ".Length..].Replace(" ", "", StringComparison.Ordinal));
            else if (line == "retained") retained = true;
            else expected.Add(line);
        }

        return (topic, payload, retained, expected);
    }
}
