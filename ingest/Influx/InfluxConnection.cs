using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Plantroom.Ingest.Influx;

/// <summary>What is known of the server.</summary>
/// <param name="Version">As it says; empty when it does not say.</param>
/// <param name="V2">Whether lines go to <c>/api/v2/write</c>.</param>
internal sealed record InfluxPeer(string Version, bool V2);

/// <summary>
/// The connections to the server, kept open between requests, who we are, and what it is. Used by the writing and the reading side, from
/// any thread.
/// </summary>
internal sealed partial class InfluxConnection : IDisposable
{
    /// <summary>In KB. The server repeats every line that it refuses in a header, too.</summary>
    private static readonly int LongestHeaders = 16 * 1024;

    private readonly InfluxOptions options;
    private readonly ILogger<InfluxConnection> log;
    private readonly TimeProvider clock;
    private readonly HttpClient http;
    private volatile InfluxPeer? peer;
    private volatile string? secret;

    public InfluxConnection(IOptions<InfluxOptions> options, TimeProvider clock, ILogger<InfluxConnection> log)
    {
        (this.options, this.clock, this.log) = (options.Value, clock, log);
        Target = new(this.options);
        var url = new Uri(this.options.Url.TrimEnd('/') + "/");
        http = new(Handler(this.options)) { BaseAddress = url, Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        Gzip = this.options.Gzip is InfluxGzip.On || (this.options.Gzip is InfluxGzip.Auto && !url.IsLoopback);
        Address = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
        if (url.Scheme == "http" && !url.IsLoopback && Secret.Length > 0) LogPlain(Address);
    }

    /// <summary>The server, for messages; without credentials.</summary>
    public string Address { get; }

    public InfluxTarget Target { get; }

    /// <summary>Whether lines are compressed.</summary>
    public bool Gzip { get; }

    public TimeSpan Timeout => options.Timeout;

    /// <summary>Whether what is not there is made.</summary>
    public bool CreateMissing => options.CreateMissing;

    /// <summary>How long what is made keeps readings; 0 for ever.</summary>
    public TimeSpan Retention => options.Retention;

    private bool HasToken => options.Token.Length + options.TokenFile.Length > 0;

    /// <summary>The token or the password; empty for none.</summary>
    private string Secret
    {
        get
        {
            if (secret is { } known) return known;
            var (value, file) = HasToken ? (options.Token, options.TokenFile) : (options.Password, options.PasswordFile);
            if (file.Length > 0) value = InfluxCheck.ReadSecret(file, out _) ?? "";
            return secret = value;
        }
    }

    /// <summary>What the server is; asked once, and again after <see cref="Forget"/>.</summary>
    /// <exception cref="HttpRequestException">It cannot be reached, or has no answer at the moment.</exception>
    public async ValueTask<InfluxPeer> PeerAsync(CancellationToken cancellationToken)
    {
        if (peer is { } known) return known;
        using var request = new HttpRequestMessage(HttpMethod.Get, "ping");
        using var pong = await SendAsync(request, false, cancellationToken);
        if ((int)pong.StatusCode >= 500) throw new HttpRequestException($"/ping was answered with {(int)pong.StatusCode}", null, pong.StatusCode);
        var version = pong.Headers.TryGetValues("X-Influxdb-Version", out var values) ? values.First().TrimStart('v') : "";
        var found = new InfluxPeer(version, IsV2(version));
        LogFound(version.Length > 0 ? version : "of unknown version", Address, Target.Name(found.V2));
        return peer = found;
    }

    /// <summary>The server may have become another, or may not accept who we are any more: both are looked up again.</summary>
    public void Forget() => (peer, secret) = (null, null);

    /// <summary>Sends a request and waits for the head of the answer.</summary>
    /// <param name="request">Relative to the server's address.</param>
    /// <param name="v2">Whether it goes to a path of <c>/api/v2</c>, which knows tokens only.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TimeoutException">The server was silent for too long.</exception>
    /// <exception cref="HttpRequestException">It cannot be reached.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool v2, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = Login(v2);
        using var patience = new CancellationTokenSource(options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {options.Timeout.TotalSeconds:0.###} s");
        }
    }

    /// <summary>What an answer says, see <see cref="InfluxAnswer.MessageAsync"/>; at most as long as the server may be silent.</summary>
    public async Task<string> MessageAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        using var patience = NewPatience();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return Clean(await InfluxAnswer.MessageAsync(answer, either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"the answer broke off for {options.Timeout.TotalSeconds:0.###} s");
        }
    }

    /// <summary>A time limit of one sign of life to the next.</summary>
    public CancellationTokenSource NewPatience() => new(options.Timeout, clock);

    /// <summary>A text without our secret, should a server repeat it.</summary>
    public string Clean(string text) => Secret is { Length: > 3 } known ? text.Replace(known, "***", StringComparison.Ordinal) : text;

    public void Dispose() => http.Dispose();

    private static SocketsHttpHandler Handler(InfluxOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = options.Timeout,
            MaxResponseHeadersLength = LongestHeaders,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            UseCookies = false,
        };
        if (options.CaFile.Length == 0) return handler;
        handler.SslOptions.CertificateChainPolicy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,

            // An authority of one's own seldom publishes what it has revoked.
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(options.CaFile);
        return handler;
    }

    private bool IsV2(string version)
    {
        if (options.Api is not InfluxApi.Auto) return options.Api is InfluxApi.V2;
        var parts = version.Split('.');
        if (parts.Length < 2 || !int.TryParse(parts[0], out var major) || !int.TryParse(parts[1], out var minor))
            return HasToken || options.Bucket.Length > 0;
        return major > 1 || (minor >= 8 && options.Bucket.Length > 0);
    }

    private AuthenticationHeaderValue? Login(bool v2)
    {
        if (Secret.Length == 0) return null;
        if (HasToken) return new("Token", Secret);
        return v2
            ? new("Token", $"{options.UserName}:{Secret}")
            : new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.UserName}:{Secret}")));
    }

    [LoggerMessage(LogLevel.Information, "Readings are kept in InfluxDB {Version} at {Address}, {Target}")]
    private partial void LogFound(string version, string address, string target);

    [LoggerMessage(LogLevel.Warning, "The credentials for InfluxDB go to {Address} unencrypted; use https")]
    private partial void LogPlain(string address);
}
