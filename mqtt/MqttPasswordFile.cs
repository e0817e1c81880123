using System.Text;
using Plantroom.Mqtt.Broker.Security;

namespace Plantroom.Mqtt;

/// <summary>Changes a password file. A broker that uses it notices within seconds.</summary>
public static class MqttPasswordFile
{
    /// <summary>The longest password that MQTT can carry, in bytes of UTF-8.</summary>
    public const int LongestPassword = ushort.MaxValue;

    /// <summary>Adds a user or replaces its password. Only the owner of the file can read it.</summary>
    /// <exception cref="ArgumentException">The name cannot be used, or the password is empty or too long.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public static void Set(string path, string userName, string password)
    {
        ArgumentNullException.ThrowIfNull(userName);
        ArgumentException.ThrowIfNullOrEmpty(password);
        if (!PasswordEntries.IsUserName(userName))
        {
            throw new ArgumentException(
                "A user name has 1 to 255 characters, no colon, no space at its ends, and does not begin with #.", nameof(userName));
        }

        var bytes = Encoding.UTF8.GetBytes(password);
        if (bytes.Length > LongestPassword) throw new ArgumentException($"A password has at most {LongestPassword} bytes.", nameof(password));
        Write(path, [.. Others(path, userName), $"{userName}:{PasswordHash.Of(bytes)}"]);
    }

    /// <summary>Removes a user.</summary>
    /// <returns>False when there was none of that name.</returns>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public static bool Remove(string path, string userName)
    {
        var before = Lines(path);
        var after = Others(path, userName);
        if (before.Length == after.Length) return false;
        Write(path, after);
        return true;
    }

    /// <summary>The names in it, in order; none when there is no file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<string> Users(string path) =>
        [.. PasswordEntries.Parse(path, Lines(path), []).Keys.Order(StringComparer.Ordinal)];

    private static string[] Lines(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];

    private static string[] Others(string path, string userName) =>
        [.. Lines(path).Where(line => !line.StartsWith(userName + ":", StringComparison.Ordinal))];

    /// <summary>At once or not at all, so that nobody ever reads half of it.</summary>
    private static void Write(string path, IEnumerable<string> lines)
    {
        var full = Path.GetFullPath(path);
        var next = $"{full}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var writer = new StreamWriter(next, options))
            {
                foreach (var line in lines) writer.WriteLine(line);
                writer.Flush();
                ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
            }

            File.Move(next, full, overwrite: true);
        }
        catch
        {
            File.Delete(next);
            throw;
        }
    }
}
