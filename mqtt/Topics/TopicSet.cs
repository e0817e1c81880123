using System.Text;

namespace Plantroom.Mqtt.Topics;

/// <summary>The topics that some filters allow and others deny. Immutable; a denial always wins.</summary>
internal sealed class TopicSet
{
    /// <summary>Every topic, also those that begin with <c>$</c>, which no filter with a wildcard at its front matches.</summary>
    public static readonly TopicSet Everything = new(null, []);

    private readonly byte[][]? allowed;
    private readonly byte[][] denied;

    private TopicSet(byte[][]? allowed, byte[][] denied) => (this.allowed, this.denied) = (allowed, denied);

    public static TopicSet Of(IEnumerable<string> allowed, IEnumerable<string> denied) => new(Encoded(allowed), Encoded(denied));

    public static TopicSet EverythingBut(params string[] denied) => new(null, Encoded(denied));

    /// <summary>Whether a topic name is in it; allocates nothing.</summary>
    public bool Contains(ReadOnlySpan<byte> name) => (allowed is null || MatchesAny(allowed, name)) && !MatchesAny(denied, name);

    /// <summary>Whether everything is in it that a filter matches. One of the filters that allow must do so alone: what several allow only
    /// together is refused.</summary>
    public bool ContainsAll(string filter)
    {
        if (allowed is null && denied.Length == 0) return true;
        var bytes = Encoding.UTF8.GetBytes(filter);
        return (allowed is null || Array.Exists(allowed, a => FilterRelations.Covers(a, bytes)))
            && !Array.Exists(denied, d => FilterRelations.Meet(d, bytes));
    }

    private static bool MatchesAny(byte[][] filters, ReadOnlySpan<byte> name)
    {
        foreach (var filter in filters)
        {
            if (TopicRules.Matches(filter, name)) return true;
        }

        return false;
    }

    private static byte[][] Encoded(IEnumerable<string> filters) => [.. filters.Select(Encoding.UTF8.GetBytes)];
}
