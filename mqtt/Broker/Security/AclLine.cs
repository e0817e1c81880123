using System.Buffers;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Broker.Security;

/// <summary>To whom a section of the file applies.</summary>
internal enum AclSubject
{
    Everyone,
    User,
    ClientId,
}

/// <summary>One rule of the file: for whom, and what.</summary>
/// <param name="Subject">Whose name <paramref name="Name"/> is.</param>
/// <param name="Name">The user name or client id; empty for everyone.</param>
/// <param name="Filter">The filter, with <c>%u</c> and <c>%c</c> not yet replaced.</param>
/// <param name="Access">What it says.</param>
internal sealed record AclLine(AclSubject Subject, string Name, string Filter, MqttAccess Access)
{
    /// <summary>What would mean something else within a filter than within a name.</summary>
    private static readonly SearchValues<char> Special = SearchValues.Create("+#/");

    private bool HasUser => Filter.Contains("%u", StringComparison.Ordinal);

    private bool HasClient => Filter.Contains("%c", StringComparison.Ordinal);

    /// <summary>What the line says about a client; null for nothing.</summary>
    /// <param name="user">Its user name; null when it is anonymous.</param>
    /// <param name="clientId">Its client id.</param>
    public MqttTopicRule? For(string? user, string clientId)
    {
        if (Subject == AclSubject.User && Name != user) return null;
        if (Subject == AclSubject.ClientId && Name != clientId) return null;
        if ((HasUser && !IsPlain(user)) || (HasClient && !IsPlain(clientId)))
        {
            // Such a name is allowed nothing by the line. Denied is what anybody is denied: less would be a way around the denial.
            return Access == MqttAccess.Deny ? new MqttTopicRule(ForAnybody(), Access) : null;
        }

        var filter = Filter.Replace("%u", user, StringComparison.Ordinal).Replace("%c", clientId, StringComparison.Ordinal);
        return TopicRules.IsFilter(filter) ? new MqttTopicRule(filter, Access) : null;
    }

    /// <summary>Whether the filter can become a valid one.</summary>
    public bool IsValid => TopicRules.IsFilter(Filter.Replace("%u", "u", StringComparison.Ordinal).Replace("%c", "c", StringComparison.Ordinal));

    private static bool IsPlain(string? name) =>
        !string.IsNullOrEmpty(name) && !name.AsSpan().ContainsAny(Special) && name[0] != '$' && !name.Contains('%', StringComparison.Ordinal);

    private string ForAnybody() =>
        string.Join('/', Filter.Split('/').Select(static level => level.Contains('%', StringComparison.Ordinal) ? "+" : level));
}
