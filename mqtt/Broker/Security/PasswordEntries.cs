namespace Plantroom.Mqtt.Broker.Security;

/// <summary>The users of a password file: <c>user:hash</c>, one a line; empty lines and such that begin with # are left out.</summary>
internal static class PasswordEntries
{
    /// <summary>Reads the lines of a file. Mistakes are named by file and line; nothing of what stands there is repeated.</summary>
    public static Dictionary<string, PasswordHash> Parse(string file, IReadOnlyList<string> lines, List<string> problems)
    {
        var users = new Dictionary<string, PasswordHash>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            if (line.Trim() is [] or ['#', ..]) continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0) problems.Add($"{file}:{i + 1}: is not user:hash");
            else if (PasswordHash.TryParse(line[(colon + 1)..].TrimEnd()) is not { } hash)
                problems.Add($"{file}:{i + 1}: the hash is not $pbkdf2-sha256$ with at least {PasswordHash.Iterations} iterations");
            else if (!users.TryAdd(line[..colon], hash)) problems.Add($"{file}:{i + 1}: the user stands there twice");
        }

        return users;
    }

    /// <summary>Whether a name can stand in the file, and in MQTT.</summary>
    public static bool IsUserName(string name) =>
        name.Length is > 0 and <= 255 && name.Trim() == name && name[0] != '#' && !name.Any(static c => c == ':' || char.IsControl(c));
}
