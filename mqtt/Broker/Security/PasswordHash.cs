using System.Globalization;
using System.Security.Cryptography;

namespace Plantroom.Mqtt.Broker.Security;

/// <summary>
/// A password as it is kept: PBKDF2 with HMAC-SHA256.
/// <code>
/// $pbkdf2-sha256$i=600000$salt$hash      salt 16 bytes, hash 32 bytes, base64 without padding
/// </code>
/// </summary>
internal sealed class PasswordHash
{
    /// <summary>What OWASP's Password Storage Cheat Sheet asks for with HMAC-SHA256 (2023).</summary>
    public const int Iterations = 600_000;

    private const string Scheme = "pbkdf2-sha256";
    private const int SaltSize = 16;
    private const int HashSize = 32;

    /// <summary>A file from elsewhere may not make each login take minutes.</summary>
    private const int MaximumIterations = 10_000_000;

    private readonly int iterations;
    private readonly byte[] salt;
    private readonly byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) => (this.iterations, this.salt, this.hash) = (iterations, salt, hash);

    /// <summary>How often it is hashed.</summary>
    public int Rounds => iterations;

    /// <summary>Nobody's password: takes the same time and never fits.</summary>
    public static PasswordHash OfNobody(int rounds) =>
        new(rounds, RandomNumberGenerator.GetBytes(SaltSize), RandomNumberGenerator.GetBytes(HashSize));

    public static PasswordHash Of(ReadOnlySpan<byte> password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return new PasswordHash(Iterations, salt, Derive(password, salt, Iterations));
    }

    /// <summary>Reads its text form.</summary>
    /// <returns>Null when it is not one, or one that is too weak.</returns>
    public static PasswordHash? TryParse(string text)
    {
        if (text.Split('$') is not ["", Scheme, ['i', '=', .. var number], var saltText, var hashText]) return null;
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)) return null;
        if (iterations is < Iterations or > MaximumIterations) return null;
        return FromBase64(saltText) is { Length: >= SaltSize } salt && FromBase64(hashText) is { Length: HashSize } hash
            ? new PasswordHash(iterations, salt, hash)
            : null;
    }

    /// <summary>Compares in constant time. Takes some hundred milliseconds of a processor: not for the pool's threads.</summary>
    public bool Fits(ReadOnlySpan<byte> password) => CryptographicOperations.FixedTimeEquals(Derive(password, salt, iterations), hash);

    /// <summary>Its text form.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"${Scheme}$i={iterations}${ToBase64(salt)}${ToBase64(hash)}");

    private static byte[] Derive(ReadOnlySpan<byte> password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, HashSize);

    private static string ToBase64(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[]? FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        return Convert.TryFromBase64String(padded, bytes, out var count) ? bytes[..count] : null;
    }
}
