using System.Net;
using Plantroom.Mqtt.Broker.Listening;
using Plantroom.Mqtt.Persistence;

namespace Plantroom.Mqtt.Broker.Security;

/// <summary>Looks at the options of a broker, and at the files that they name: all that is wrong, at once.</summary>
internal static class OptionProblems
{
    public static IReadOnlyList<string> Of(MqttBrokerOptions options, IMqttCredentials? credentials)
    {
        var problems = new List<string>();
        problems.AddRange((new MqttBrokerOptionsValidator().Validate(null, options).Failures ?? []).Select(InWordsOfSettings));
        AddDelivery(options, problems);
        var hasUsers = HasUsers(options, credentials, problems);
        AddRules(options.AclFile, problems);
        AddAddress(problems, "Address", options.Address, hasUsers);
        AddTls(options.Tls, hasUsers, problems);
        AddPersistence(options.Persistence, problems);
        return problems;
    }

    private static void AddDelivery(MqttBrokerOptions options, List<string> problems)
    {
        if (!Enum.IsDefined(options.SlowSubscriberPolicy))
            problems.Add($"SlowSubscriberPolicy: {options.SlowSubscriberPolicy} is neither Wait nor Drop.");
        if (!Topics.TopicRules.TryEncodeName(options.ResponseTopicPrefix, out _))
            problems.Add($"ResponseTopicPrefix: '{options.ResponseTopicPrefix}' cannot be the start of a topic name.");
    }

    private static void AddPersistence(string? file, List<string> problems)
    {
        if (!string.IsNullOrEmpty(file) && BrokerSchema.Schema.Problem(file) is { } problem)
            problems.Add($"Persistence: {file} cannot be used for sessions and retained messages: {problem}. Move it away or restore a backup.");
    }

    /// <summary>The generated text is "Port: The field MqttBrokerOptions.Tls.Port must ...", where only the second name is whole.</summary>
    private static string InWordsOfSettings(string failure)
    {
        const string Type = nameof(MqttBrokerOptions) + ".";
        var start = failure.IndexOf(Type, StringComparison.Ordinal);
        var colon = failure.IndexOf(": ", StringComparison.Ordinal);
        if (start < 0 || colon < 0) return failure;
        var path = failure[(start + Type.Length)..].Split(' ')[0];
        return path.Replace('.', ':') + failure[colon..];
    }

    private static bool HasUsers(MqttBrokerOptions options, IMqttCredentials? credentials, List<string> problems)
    {
        if (credentials is not null) return credentials.HasUsers;
        if (!File.Exists(options.PasswordFile)) return false;
        var before = problems.Count;
        var users = Read("PasswordFile", list => Users.Read(options.PasswordFile, list), problems);

        // A file with mistakes is named already; that nobody is in it would be said besides.
        return users is null or { Any: true } || problems.Count > before;
    }

    private static void AddRules(string path, List<string> problems)
    {
        if (path.Length > 0) Read("AclFile", list => AclRules.Read(path, list), problems);
    }

    private static void AddAddress(List<string> problems, string key, string address, bool isSafe)
    {
        if (!IPAddress.TryParse(address, out var parsed)) problems.Add($"{key}: '{address}' is not an IP address.");
        else if (!isSafe && !IPAddress.IsLoopback(parsed))
        {
            problems.Add(
                $"{key}: {address} can be reached from other computers, but nobody has a password; add a user with 'plantroom mqtt passwd USER', or use a "
                + "loopback address (127.0.0.1, ::1).");
        }
    }

    private static void AddTls(MqttTlsOptions tls, bool hasUsers, List<string> problems)
    {
        var asks = tls.ClientCertificates != MqttClientCertificates.None;
        if (!tls.IsOn)
        {
            if (asks || tls.UserFromCertificate || tls.KeyFile.Length > 0) problems.Add("Tls:CertificateFile: is missing.");
            return;
        }

        AddAddress(problems, "Tls:Address", tls.Address, hasUsers || tls.IdentifiesAll);
        Read("Tls:CertificateFile", list => ServerIdentity.Read(tls, list), problems);
        if (asks && tls.ClientAuthorityFile.Length == 0)
            problems.Add("Tls:ClientAuthorityFile: is missing; client certificates cannot be checked without.");
        else if (asks) Read("Tls:ClientAuthorityFile", list => ClientAuthorities.Read(tls.ClientAuthorityFile, list), problems);
        if (!asks && tls.UserFromCertificate)
            problems.Add("Tls:UserFromCertificate: needs Tls:ClientCertificates to be Optional or Required.");
    }

    private static T? Read<T>(string key, Func<List<string>, T> read, List<string> problems)
        where T : class
    {
        var found = new List<string>();
        var value = Reloaded<T>.Try(read, found);
        problems.AddRange(found.Select(problem => $"{key}: {problem}"));
        return value;
    }
}
