using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Plantroom.TestKit.Influx;

/// <summary>
/// A real nginx in front of an InfluxDB 1.6 that maps <c>/api/v2/write</c> onto <c>/write</c> and answers <c>/health</c>, as later versions
/// of 1.x do themselves: so the second write path is tried on a real store. Everything else goes through as it is.
/// </summary>
/// <remarks>
/// A bucket is <c>database/retention policy</c> or a database. A token is <c>user:password</c>; the administrator's is passed on exactly,
/// that of others only when it has no characters that mean something in a URL.
/// </remarks>
public sealed class NginxFront : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly bool encrypted;
    private ServerProcess? process;

    private NginxFront(InfluxServer server, X509Certificate2? certificate)
    {
        Port = ServerProcess.FreePort();
        encrypted = certificate is not null;
        if (certificate is not null)
        {
            File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
            using var key = certificate.GetECDsaPrivateKey();
            File.WriteAllText(folder.File("key.pem"), key!.ExportPkcs8PrivateKeyPem());
        }

        File.WriteAllText(folder.File("health.json"), """{"name":"influxdb","message":"ready for queries and writes","status":"pass","checks":[]}""");
        File.WriteAllText(folder.File("nginx.conf"), Configuration(server));
    }

    public int Port { get; }

    public Uri Url => new($"{(encrypted ? "https" : "http")}://{(encrypted ? "localhost" : "127.0.0.1")}:{Port}/");

    /// <summary>Its certificate, in PEM, when it speaks https.</summary>
    public string CertificateFile => folder.File("certificate.pem");

    /// <summary>Starts one and waits until it listens.</summary>
    /// <param name="server">What it stands in front of.</param>
    /// <param name="certificate">With a key on an elliptic curve, for <c>localhost</c>; then it speaks https. Default http.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<NginxFront> StartAsync(
        InfluxServer server, X509Certificate2? certificate = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        var front = new NginxFront(server, certificate);
        try
        {
            front.process = ServerProcess.Start("nginx", "nginx-light", front.folder.File("nginx.log"), "-c", front.folder.File("nginx.conf"));
            await front.process.WaitUntilAsync(front.ListensAsync, cancellationToken);
            return front;
        }
        catch
        {
            await front.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
        folder.Dispose();
    }

    private async Task<bool> ListensAsync(CancellationToken cancellationToken)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", Port, cancellationToken);
        return true;
    }

    /// <summary>The token of the administrator and what becomes of it: nginx itself cannot escape for a URL.</summary>
    private static string KnownToken(InfluxServer server)
    {
        if (server.Administrator is not var (name, password)) return "";
        var token = Regex.Replace($"{name}:{password}", @"[^\w]", static m => $@"\\x{{{(int)m.Value[0]:x}}}");
        return $"""
            "~^Token\\s+{token}$" "&u={Uri.EscapeDataString(name)}&p={Uri.EscapeDataString(password)}";
            """;
    }

    private string Configuration(InfluxServer server)
    {
        var tls = encrypted ? $"ssl_certificate {CertificateFile}; ssl_certificate_key {folder.File("key.pem")};" : "";
        return $$"""
            daemon off;
            master_process off;
            pid {{folder.File("nginx.pid")}};
            error_log stderr error;
            events { worker_connections 512; }
            http {
              access_log off;
              client_max_body_size 25m;
              client_body_temp_path {{folder.File("body")}};
              proxy_temp_path {{folder.File("proxy")}};
              fastcgi_temp_path {{folder.File("fastcgi")}};
              uwsgi_temp_path {{folder.File("uwsgi")}};
              scgi_temp_path {{folder.File("scgi")}};
              map $arg_bucket $v2_db { "~*^(?<d>(?:(?!%2f)[^/])+)" $d; default ""; }
              map $arg_bucket $v2_rp { "~*^(?:(?!%2f)[^/])+(?:/|%2f)(?<r>.+)$" $r; default ""; }
              map $arg_precision $v2_prec { "" n; ns n; us u; ms ms; s s; default $arg_precision; }
              map $http_authorization $v2_auth { {{KnownToken(server)}} "~^Token\s+(?<u>[^:]+):(?<p>.+)$" "&u=$u&p=$p"; default ""; }
              upstream influx { server 127.0.0.1:{{server.Port}}; keepalive 8; }
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              server {
                listen 127.0.0.1:{{Port}}{{(encrypted ? " ssl" : "")}};
                {{tls}}
                location / { proxy_pass http://influx; }
                location = /api/v2/write {
                  if ($v2_db = "") { return 400 '{"code":"invalid","message":"bucket is required"}'; }
                  set $args "db=$v2_db&rp=$v2_rp&precision=$v2_prec$v2_auth";
                  rewrite ^ /write break;
                  proxy_set_header Authorization "";
                  proxy_pass http://influx;
                }
                location = /_ping { internal; proxy_pass http://influx/ping; }
                location = /health {
                  auth_request /_ping;
                  root {{folder.Path}};
                  default_type application/json;
                  error_page 500 502 503 504 =503 @down;
                  try_files /health.json =404;
                }
                location @down { default_type application/json; return 503 '{"name":"influxdb","status":"fail"}'; }
              }
            }
            """;
    }
}
