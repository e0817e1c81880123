namespace Plantroom.Mqtt.Topics;

/// <summary>A shared subscription's topic filter, <c>$share/{group}/{filter}</c> (MQTT 5.0 section 4.8.2).</summary>
internal static class SharedFilter
{
    private const string Prefix = "$share/";

    public static bool IsShared(string filter) => filter.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Takes one apart.</summary>
    /// <param name="filter">Any filter.</param>
    /// <param name="group">The name of the group; empty when it is not shared.</param>
    /// <param name="topics">The filter of the topics; the filter itself when it is not shared.</param>
    /// <returns>False when it is meant to be shared, and has no group, a wildcard in it, or no filter behind it.</returns>
    public static bool TryParse(string filter, out string group, out string topics)
    {
        (group, topics) = ("", filter);
        if (!IsShared(filter)) return true;
        var end = filter.IndexOf('/', Prefix.Length);
        if (end <= Prefix.Length || end + 1 == filter.Length) return false;
        (group, topics) = (filter[Prefix.Length..end], filter[(end + 1)..]);
        return group.AsSpan().IndexOfAny('+', '#') < 0;
    }
}
