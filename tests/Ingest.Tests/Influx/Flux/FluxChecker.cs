using System.Diagnostics;
using System.Text.Json;

namespace Plantroom.Ingest.Tests.Influx.Flux;

/// <summary>
/// The parser and type checker that Flux itself has (npm package @influxdata/flux-lsp-node), see the folder FluxCheck. Where Node.js or the
/// package is missing the test is skipped, or fails where everything must be there (CI=true).
/// </summary>
internal static class FluxChecker
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Whether each script parses and type-checks.</summary>
    public static async Task<bool[]> CheckAsync(params string[] scripts)
    {
        var folder = Folder();
        var start = new ProcessStartInfo("node", [Path.Combine(folder, "check.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(scripts));
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }

        Assert.Equal("", await errors);
        return JsonSerializer.Deserialize<bool[]>(await output)!;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Missing("Node.js is not installed.");
            throw;
        }
    }

    private static string Folder()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Plantroom.slnx"))) root = root.Parent;
        var folder = Path.Combine(root!.FullName, "tests", "Ingest.Tests", "FluxCheck");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "@influxdata"))) Missing($"npm ci was not run in {folder}.");
        return folder;
    }

    private static void Missing(string what)
    {
        Assert.False(string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase), what);
        Assert.Skip(what);
    }
}
