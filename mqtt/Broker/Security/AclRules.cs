namespace Plantroom.Mqtt.Broker.Security;

/// <summary>
/// The rules about topics of all clients, as they stand in a file.
/// <code>
/// # for everyone
/// topic read site/#
/// pattern write site/%u/#        %u: the user name, %c: the client id
/// user gateway-1                 for one user; clientid x: for one client id
/// topic readwrite site/hq/#      [read | write | readwrite | deny], readwrite when nothing is said
/// </code>
/// </summary>
internal sealed class AclRules
{
    private readonly AclLine[] forEveryone;
    private readonly ILookup<(AclSubject Subject, string Name), AclLine> forSome;

    private AclRules(IReadOnlyCollection<AclLine> lines)
    {
        forEveryone = [.. lines.Where(static l => l.Subject == AclSubject.Everyone)];
        forSome = lines.Where(static l => l.Subject != AclSubject.Everyone).ToLookup(static l => (l.Subject, l.Name));
    }

    /// <summary>Nothing is allowed.</summary>
    public static AclRules None { get; } = new([]);

    /// <summary>Reads a file.</summary>
    public static AclRules Read(string path, List<string> problems) => Parse(path, File.ReadAllLines(path), problems);

    /// <summary>Reads the lines of a file.</summary>
    /// <param name="file">Its name, for the problems.</param>
    /// <param name="lines">What it says.</param>
    /// <param name="problems">Gets all mistakes, each with file and line.</param>
    public static AclRules Parse(string file, IReadOnlyList<string> lines, List<string> problems)
    {
        var rules = new List<AclLine>();
        var (subject, name) = (AclSubject.Everyone, "");
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            var (word, rest) = Split(line);
            var problem = word switch
            {
                "user" => Begin(AclSubject.User, rest),
                "clientid" => Begin(AclSubject.ClientId, rest),
                "topic" => Add(subject, name, rest),
                "pattern" => Add(AclSubject.Everyone, "", rest),
                _ => $"'{word}' is none of user, clientid, topic, pattern",
            };
            if (problem is not null) problems.Add($"{file}:{i + 1}: {problem}");
        }

        return new AclRules(rules);

        string? Begin(AclSubject whose, string who)
        {
            (subject, name) = (whose, who);
            return who.Length == 0 ? "a name is missing" : null;
        }

        string? Add(AclSubject whose, string who, string text)
        {
            var (access, filter) = Access(text);
            var rule = new AclLine(whose, who, filter, access);
            rules.Add(rule);
            if (filter.Length == 0) return "a topic filter is missing";
            return rule.IsValid ? null : $"'{filter}' is not a valid topic filter";
        }
    }

    /// <summary>What they say about one client.</summary>
    /// <param name="user">Its user name, which was verified; null when it is anonymous.</param>
    /// <param name="clientId">Its client id.</param>
    public MqttPermissions For(string? user, string clientId) =>
        MqttPermissions.Of(
            forEveryone
                .Concat(user is null ? [] : forSome[(AclSubject.User, user)])
                .Concat(forSome[(AclSubject.ClientId, clientId)])
                .Select(line => line.For(user, clientId))
                .OfType<MqttTopicRule>());

    private static (MqttAccess Access, string Filter) Access(string text)
    {
        var (word, filter) = Split(text);
        MqttAccess? said = word switch
        {
            "read" => MqttAccess.Read,
            "write" => MqttAccess.Write,
            "readwrite" => MqttAccess.ReadWrite,
            "deny" => MqttAccess.Deny,
            _ => null,
        };
        return said is null || filter.Length == 0 ? (MqttAccess.ReadWrite, text) : (said.Value, filter);
    }

    /// <summary>The first word, and the rest of the line: names and topics may hold spaces.</summary>
    private static (string Word, string Others) Split(string line)
    {
        var end = line.AsSpan().IndexOfAny(' ', '\t');
        return end < 0 ? (line, "") : (line[..end], line[end..].Trim());
    }
}
