using System.Diagnostics;

namespace Plantroom.EndToEnd.Tests;

/// <summary>The npm package mqtt under Node.js, see the folder WebSocketClient.</summary>
internal static class NodeClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs roundtrip.mjs. Where Node.js or the package is missing the test is skipped, or fails where everything must be there
    /// (CI=true).</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RoundTripAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Folder(), "roundtrip.mjs"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
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

        return (await output + await errors).Trim();
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
        var folder = Path.Combine(root!.FullName, "tests", "EndToEnd.Tests", "WebSocketClient");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "mqtt"))) Missing($"npm ci was not run in {folder}.");
        return folder;
    }

    private static void Missing(string what)
    {
        Assert.False(string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase), what);
        Assert.Skip(what);
    }
}
