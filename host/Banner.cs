using System.Reflection;
using Plantroom.Host.Settings;

namespace Plantroom.Host;

/// <summary>What a person sees once the system runs: enough to open it and to send it something.</summary>
internal static class Banner
{
    public static string Version { get; } =
        typeof(Banner).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <param name="roles">What runs.</param>
    /// <param name="address">Where pages and the HTTP interface are served.</param>
    /// <param name="broker">Where devices connect; null without a broker.</param>
    /// <param name="secure">Where they connect with TLS; null without.</param>
    /// <param name="webSocket">Where browsers connect; null without.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="site">The site folder.</param>
    public static string Of(Roles roles, string? address, string? broker, string? secure, string? webSocket, DataFolder data, SiteFolder site)
    {
        (string Name, string? Value)[] lines =
        [
            ("roles", roles.ToString()),
            ("devices", broker is null ? null : $"mqtt://{broker}  topics plantroom/v1/in/{{site}}/{{equipment}}"),
            ("with TLS", secure is null ? null : $"mqtts://{secure}"),
            ("browsers", webSocket),
            ("data", data.Path),
            ("site", site.Path),
            (roles.Has(Role.Dashboard) ? "open" : "http", address),
        ];
        var shown = lines.Where(static l => l.Value is not null).Select(static l => $"  {l.Name,-9}{l.Value}");
        return $"{Environment.NewLine}Plantroom {Version} is running. Ctrl-C stops it.{Environment.NewLine}{string.Join(Environment.NewLine, shown)}{Environment.NewLine}";
    }
}
