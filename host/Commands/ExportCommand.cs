using System.Globalization;
using Plantroom.Host.Startup;
using Plantroom.Ingest.Transfer;

namespace Plantroom.Host.Commands;

/// <summary>What <c>export</c> is asked to do.</summary>
/// <param name="Points">Patterns of names.</param>
/// <param name="Range">From and to.</param>
/// <param name="Format">In which form.</param>
/// <param name="File">Where to; <c>-</c> for the standard output.</param>
/// <param name="Quiet">Whether nothing is told on the way.</param>
/// <param name="Asked">The request in the words of the caller.</param>
/// <param name="Settings">Arguments that choose the settings.</param>
internal sealed record ExportCommand(
    string Points, TimeRange Range, TransferFormat Format, string File, bool Quiet, string Asked, IReadOnlyList<string> Settings)
    : ICommandTask
{
    /// <summary>Reads the words after <c>export</c>.</summary>
    public static ExportCommand Parse(IReadOnlyList<string> words, DateTime now, List<StartupProblem> problems)
    {
        var given = CommandWords.Read(words, ["--points", "--from", "--to", "--format", "--out"], ["--quiet"], problems);
        foreach (var word in given.Plain) problems.Add(new(word, "is not understood"));
        var from = DateTime.UnixEpoch;
        var to = now;
        if (given["--from"] is { } first && !QueryMoment.TryParse(first, now, out from)) problems.Add(new("--from", QueryMoment.Expectation));
        else if (given["--to"] is { } end && !QueryMoment.TryParse(end, now, out to)) problems.Add(new("--to", QueryMoment.Expectation));
        else if (to <= from) problems.Add(new("--to", "must be later than --from"));
        var file = given["--out"] ?? TransferCommand.Standard;
        var points = given["--points"] ?? "*";
        var format = TransferCommand.Format(given["--format"], file, problems);
        var asked = $"{points} {given["--from"]} {given["--to"]} {format}";
        return new(points, new(from, to), format, file, given["--quiet"] is not null, asked, given.Settings);
    }

    public async Task<int> RunAsync(IConfiguration settings, Terminal terminal, List<StartupProblem> problems)
    {
        using var host = CommandServices.Build(settings);
        problems.AddRange(CommandServices.Problems(host.Services, settings, mayBeNew: false));
        if (Directory.Exists(File)) problems.Add(new("--out", $"{File} is a folder"));
        if (problems.Count > 0) return ExitCode.Refused;
        return await TransferCommand.RunAsync(File, terminal, Quiet, problems, async (progress, cancel) =>
        {
            var export = host.Services.GetRequiredService<HistoryExport>();

            // A running system has brought its store up to date; otherwise nobody else does.
            if (CommandServices.Take(host.Services).Count == 0) export.Prepare();
            CommandServices.Leave(host.Services);
            var written = await WriteAsync(export, terminal, progress, cancel);
            progress?.End();
            if (written is null) problems.Add(new("--points", $"no point is called {Points}"));
            else if (!Quiet) terminal.Tell(string.Create(CultureInfo.InvariantCulture, $"Exported {written:N0} readings."));
            return ExitCode.Done;
        });
    }

    private async Task<long?> WriteAsync(HistoryExport export, Terminal terminal, ProgressLine? progress, CancellationToken cancel)
    {
        var request = new ExportRequest(Points, Range, Format);
        if (File != TransferCommand.Standard) return await export.ToFileAsync(request, Path.GetFullPath(File), Asked, progress, cancel);
        await using var output = terminal.Output();
        return await export.ToStreamAsync(request, output, progress, cancel);
    }
}
