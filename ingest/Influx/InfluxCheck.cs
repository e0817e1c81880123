using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Options;

namespace Plantroom.Ingest.Influx;

/// <summary>Looks whether the settings of InfluxDB fit together; whether the server is there is not asked, as it may come later.</summary>
internal sealed class InfluxCheck(IOptions<InfluxOptions> options, IConfiguration configuration) : IStartupCheck
{
    private const int LongestSecret = 4096;

    public IEnumerable<StartupProblem> Check()
    {
        var influx = options.Value;
        return [.. Address(influx), .. Names(influx), .. Login(influx), .. Environment()];
    }

    /// <summary>Reads the first line of a file of a secret.</summary>
    /// <param name="path">The file.</param>
    /// <param name="why">What is wrong with it, when the result is null.</param>
    public static string? ReadSecret(string path, out string why)
    {
        why = "";
        try
        {
            var line = File.ReadLines(path).FirstOrDefault()?.Trim() ?? "";
            if (line.Length is > 0 and <= LongestSecret && !line.Any(char.IsControl)) return line;
            why = $"the first line of {path} is empty, too long or has control characters in it";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            why = $"{path} cannot be read: {e.Message}";
        }

        return null;
    }

    private static IEnumerable<StartupProblem> Address(InfluxOptions influx)
    {
        if (!Uri.TryCreate(influx.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            yield return new("Influx:Url", "must be http:// or https:// and a host, for example http://127.0.0.1:8086");
        else if (url.UserInfo.Length > 0)
            yield return new("Influx:Url", "must not hold a user or password; use Influx:UserName and Influx:PasswordFile");
        else if (url.Query.Length > 0 || url.Fragment.Length > 0)
            yield return new("Influx:Url", "must end before a ? or #; the database is Influx:Database");
        if (influx.CaFile.Length > 0 && WhyNoCertificates(influx.CaFile) is { } why) yield return new("Influx:CaFile", why);
    }

    private static string? WhyNoCertificates(string path)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(path);
            return certificates.Count > 0 ? null : $"{path} holds no certificates in PEM";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return $"{path} cannot be read: {e.Message}";
        }
    }

    private static IEnumerable<StartupProblem> Names(InfluxOptions influx)
    {
        foreach (var (key, name) in new[]
        {
            ("Database", influx.Database), ("RetentionPolicy", influx.RetentionPolicy), ("Org", influx.Org), ("Bucket", influx.Bucket),
        })
        {
            if (name.Any(char.IsControl)) yield return new($"Influx:{key}", "must not have control characters in it");
        }

        if (influx.Database.Contains('/', StringComparison.Ordinal)) yield return new("Influx:Database", "must not have a / in it");
        if (influx.Bucket.Length > 0 && influx.RetentionPolicy.Length > 0)
            yield return new("Influx:RetentionPolicy", "Influx:Bucket is set as well; write the bucket as database/retention policy");
        if (influx.Retention > TimeSpan.Zero && influx.Retention < TimeSpan.FromHours(1))
            yield return new("Influx:Retention", $"{influx.Retention} must be 0 (for ever) or at least 1 h");
    }

    private static IEnumerable<StartupProblem> Login(InfluxOptions influx)
    {
        foreach (var (key, value, file) in new[] { ("Password", influx.Password, influx.PasswordFile), ("Token", influx.Token, influx.TokenFile) })
        {
            if (file.Length == 0) continue;
            if (value.Length > 0) yield return new($"Influx:{key}File", $"Influx:{key} is set as well; use one of them");
            if (ReadSecret(file, out var why) is null) yield return new($"Influx:{key}File", why);
        }

        var hasToken = influx.Token.Length + influx.TokenFile.Length > 0;
        var hasPassword = influx.Password.Length + influx.PasswordFile.Length > 0;
        if (hasToken && influx.UserName.Length > 0) yield return new("Influx:UserName", "a token is set as well; use one of them");
        if (hasPassword && influx.UserName.Length == 0) yield return new("Influx:UserName", "is missing, Influx:PasswordFile is its password");
        if (!hasPassword && influx.UserName.Length > 0) yield return new("Influx:PasswordFile", "is missing, Influx:UserName needs a password");
        if (influx.UserName.Contains(':', StringComparison.Ordinal)) yield return new("Influx:UserName", "must not have a : in it");
        if (influx.Token.Any(static c => !char.IsAscii(c) || char.IsControl(c))) yield return new("Influx:Token", "must be plain ASCII");
    }

    /// <summary>Settings files are copied, shown and kept in version control, and a command line is seen by every user of the machine.</summary>
    private IEnumerable<StartupProblem> Environment()
    {
        if (configuration is not IConfigurationRoot root) yield break;
        foreach (var key in new[] { "Influx:Password", "Influx:Token" })
        {
            var last = root.Providers.LastOrDefault(p => p.TryGet(key, out var value) && !string.IsNullOrEmpty(value));
            if (last is not (null or EnvironmentVariablesConfigurationProvider))
            {
                var variable = "PLANTROOM_" + key.Replace(":", "__", StringComparison.Ordinal);
                yield return new(key, $"is a secret: use {key}File, or the environment variable {variable}");
            }
        }
    }
}
