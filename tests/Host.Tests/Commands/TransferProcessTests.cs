using System.Diagnostics;
using System.Globalization;
using System.Text;
using Plantroom.TestKit;
using Plantroom.TestKit.Hosting;

namespace Plantroom.Host.Tests.Commands;

/// <summary>Export and import as the program that ships, each in a process of its own.</summary>
public sealed class TransferProcessTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("readings.csv")]
    [InlineData("readings.lp")]
    public async Task ImportExportImport_OfEveryRow_GivesTheSameFile(string name)
    {
        await File.WriteAllTextAsync(folder.File("first.csv"), Csv(0, 3000), Cancel);
        Assert.Equal(0, (await RunAsync("import", "first.csv", "--data", Data("a"))).ExitCode);
        var (code, _, told) = await RunAsync("export", "--out", name, "--data", Data("a"));
        Assert.Equal(0, code);
        Assert.Contains("Exported 3,000 readings.", told, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("import", name, "--data", Data("b"), "--quiet")).ExitCode);
        Assert.Equal(0, (await RunAsync("export", "--out", "again-" + name, "--data", Data("b"), "--quiet")).ExitCode);
        Assert.Equal(await File.ReadAllBytesAsync(folder.File(name), Cancel), await File.ReadAllBytesAsync(folder.File("again-" + name), Cancel));
    }

    [Fact]
    public async Task Import_RemoteStore_SaysThatTheReadingsWaitForTheSystem()
    {
        await File.WriteAllTextAsync(folder.File("first.csv"), Csv(0, 10), Cancel);
        var (code, _, told) = await RunAsync("import", "first.csv", "--data", Data("served"), "--Ingest:Store=influx", "--Influx:Url=http://127.0.0.1:1");
        Assert.Equal(0, code);
        Assert.Contains("wait in the spool", told, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(Data("served"), "spool")));
    }

    [Fact]
    public async Task Import_Killed_GoesOnAndHasEverythingOnce()
    {
        const int Readings = 400_000;
        var file = folder.File("large.csv");
        await File.WriteAllTextAsync(file, Csv(0, Readings), Cancel);
        using (var import = Process.Start("dotnet", [HostProcess.HostFile, "import", file, "--data", Data("a"), "--quiet", "--Ingest:MaxCommit=2000"]))
        {
            await Eventually.True(() => File.Exists(file + ".resume") || import.HasExited, "the first commits", Cancel);
            import.Kill();
            await import.WaitForExitAsync(Cancel);
        }

        Assert.True(File.Exists(file + ".resume"), "It was to be killed on the way.");

        var (code, _, told) = await RunAsync("import", file, "--data", Data("a"));
        Assert.Equal(0, code);
        Assert.Contains("Imported 400,000 readings.", told, StringComparison.Ordinal);
        Assert.False(File.Exists(file + ".resume"));
        var (_, exported, _) = await RunAsync("export", "--data", Data("a"), "--quiet");
        Assert.Equal(Readings + 1, exported.Split('\n').Length);
    }

    [Fact]
    public async Task Import_RowsThatAreWrong_AreToldWithTheirLines()
    {
        await File.WriteAllTextAsync(
            folder.File("some.csv"),
            "point,time,value\nhq/SP-1/level,0,1\nhq/SP-1/level,soon,1\nhq/NO-1/level,0,1\n" + string.Concat(Enumerable.Repeat("x\n", 30)),
            Cancel);

        var (code, _, told) = await RunAsync("import", "some.csv", "--data", Data("a"));

        Assert.Equal(1, code);
        Assert.Contains("line 3: not a time", told, StringComparison.Ordinal);
        Assert.Contains("line 4: the site model does not have the point", told, StringComparison.Ordinal);
        Assert.Equal(20, told.Split('\n').Count(static line => line.StartsWith("line ", StringComparison.Ordinal)));
        Assert.Contains("Imported 1 readings.", told, StringComparison.Ordinal);
        Assert.Contains("Not taken: 30 rows, not of this format.", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhileTheSystemRuns_ExportWorksAndImportIsRefused()
    {
        Directory.CreateDirectory(Data("a"));
        await using var host = await HostProcess.StartAsync(Data("a"), "--Simulator:Backfill=00:10:00");
        await host.UntilAsync("/api/v1/last?prefix=hq/SP-1", static a => a.GetProperty("readings").GetArrayLength() > 0);
        await File.WriteAllTextAsync(folder.File("some.csv"), Csv(0, 10), Cancel);

        var import = await RunAsync("import", "some.csv", "--data", Data("a"));
        var export = await RunAsync("export", "--points", "hq/SP-1/*", "--data", Data("a"), "--quiet");

        Assert.Equal(2, import.ExitCode);
        Assert.Contains("is used by another Plantroom", import.Errors, StringComparison.Ordinal);
        Assert.Equal(0, export.ExitCode);
        Assert.StartsWith("point,time,value,quality,reason", export.Output, StringComparison.Ordinal);
        Assert.Contains("hq/SP-1/level,", export.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("import nothing.csv", "nothing.csv")]
    [InlineData("import none.csv --Ingest:MaxCommit=0", "Ingest:MaxCommit")]
    [InlineData("export --points nobody/*", "--points")]
    [InlineData("export --data missing", "Data:Folder")]
    public async Task WhatCannotBeDone_EndsWithTwoAndAReason(string words, string key)
    {
        Directory.CreateDirectory(Data("a"));
        string[] data = words.Contains("--data", StringComparison.Ordinal) ? [] : ["--data", Data("a")];
        var (code, _, told) = await RunAsync([.. words.Split(' '), .. data]);
        Assert.Equal(2, code);
        Assert.Contains($"  {key}: ", told, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static string Csv(int from, int count)
    {
        var text = new StringBuilder("point,time,value,quality,reason\n");
        for (var i = from; i < from + count; i++)
            text.Append(CultureInfo.InvariantCulture, $"hq/SP-{(i % 2) + 1}/level,{1_764_000_000_000 + (i * 500L)},{i % 97 / 10.0},good,\n");
        return text.ToString();
    }

    private string Data(string name) => folder.File(name);

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] words) => HostProcess.RunAsync(folder.Path, words);
}
