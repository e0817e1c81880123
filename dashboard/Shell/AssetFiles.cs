using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Plantroom.Dashboard.Shell;

/// <summary>
/// The files that the pages load: a style sheet, a script, an icon, and Blazor's script. They are embedded, so they are there however the
/// host is started, and carry a hash in their address, so a browser keeps them for good and never mixes versions.
/// </summary>
internal sealed class AssetFiles
{
    private const string Script = "blazor.web.js";
    private readonly FrozenDictionary<string, Asset> files;

    public AssetFiles()
    {
        Dictionary<string, Asset> found = new()
        {
            ["plantroom.css"] = Embedded("plantroom.css", "text/css; charset=utf-8"),
            ["plantroom.js"] = Embedded("plantroom.js", "text/javascript; charset=utf-8"),
            ["icon.svg"] = Embedded("icon.svg", "image/svg+xml"),
        };
        if (BlazorScript.Read() is { } script) found[Script] = new(script, "text/javascript; charset=utf-8");
        files = found.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Whether Blazor's script is among the files; otherwise the SDK's static assets serve it.</summary>
    public bool HasBlazorScript => files.ContainsKey(Script);

    /// <summary>The address of a file, relative to the base of the page.</summary>
    public string Url(string name) =>
        files.TryGetValue(name, out var file) ? $"{Folder(name)}/{name}?v={file.Version}" : $"{Folder(name)}/{name}";

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (name, file) in files)
            routes.MapMethods($"/{Folder(name)}/{name}", [HttpMethods.Get, HttpMethods.Head], file.Serve).ExcludeFromDescription();
    }

    private static string Folder(string name) => name == Script ? "_framework" : "assets";

    private static Asset Embedded(string name, string contentType)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return new(copy.ToArray(), contentType);
    }

    private sealed class Asset
    {
        private readonly byte[] plain;
        private readonly string contentType;
        private readonly EntityTagHeaderValue tag;
        private readonly Lazy<byte[]> compressed;

        public Asset(byte[] plain, string contentType)
        {
            (this.plain, this.contentType) = (plain, contentType);
            Version = Convert.ToHexStringLower(SHA256.HashData(plain))[..12];
            tag = new($"\"{Version}\"");
            compressed = new(Compress);
        }

        public string Version { get; }

        public FileContentHttpResult Serve(HttpContext http)
        {
            var isVersioned = http.Request.Query["v"] == Version;
            http.Response.Headers.CacheControl = isVersioned ? "public, max-age=31536000, immutable" : "no-cache";
            http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
            if (!AcceptsGzip(http.Request)) return TypedResults.Bytes(plain, contentType, entityTag: tag);
            http.Response.Headers.ContentEncoding = "gzip";
            return TypedResults.Bytes(compressed.Value, contentType, entityTag: new($"\"{Version}-gzip\""));
        }

        private static bool AcceptsGzip(HttpRequest request) =>
            request.GetTypedHeaders().AcceptEncoding.Any(static e =>
                e.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && e.Quality != 0);

        private byte[] Compress()
        {
            using var target = new MemoryStream();
            using (var gzip = new GZipStream(target, CompressionLevel.SmallestSize)) gzip.Write(plain);
            return target.ToArray();
        }
    }
}
