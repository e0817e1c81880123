using System.Globalization;
using Plantroom.Host.Startup;
using Plantroom.Ingest.Transfer;

namespace Plantroom.Host.Commands;

/// <summary>What <c>import</c> is asked to do.</summary>
/// <param name="File">Where from; <c>-</c> for the standard input.</param>
/// <param name="Request">What is to be taken.</param>
/// <param name="Quiet">Whether nothing is told on the way.</param>
/// <param name="Settings">Arguments that choose the settings.</param>
internal sealed record ImportCommand(string File, ImportRequest Request, bool Quiet, IReadOnlyList<string> Settings) : ICommandTask
{
    /// <summary>How many rows that are not taken are shown; all are counted.</summary>
    private const int Shown = 20;

    /// <summary>Reads the words after <c>import</c>.</summary>
    public static ImportCommand Parse(IReadOnlyList<string> words, List<StartupProblem> problems)
    {
        var given = CommandWords.Read(words, ["--format", "--unknown"], ["--quiet"], problems);
        if (given.Plain.Count != 1) problems.Add(new("import", "needs one file"));
        if (given["--unknown"] is not (null or "skip" or "keep")) problems.Add(new("--unknown", $"'{given["--unknown"]}' is not skip or keep"));
        var file = given.Plain.FirstOrDefault() ?? TransferCommand.Standard;
        var format = TransferCommand.Format(given["--format"], file, problems);
        return new(file, new(format, given["--unknown"] == "keep"), given["--quiet"] is not null, given.Settings);
    }

    public async Task<int> RunAsync(IConfiguration settings, Terminal terminal, List<StartupProblem> problems)
    {
        using var host = CommandServices.Build(settings);
        problems.AddRange(CommandServices.Problems(host.Services, settings, mayBeNew: true));
        if (File != TransferCommand.Standard && !System.IO.File.Exists(File)) problems.Add(new(File, "is not a file"));
        if (problems.Count == 0) problems.AddRange(CommandServices.Take(host.Services));
        if (problems.Count > 0) return ExitCode.Refused;
        return await TransferCommand.RunAsync(File, terminal, Quiet, problems, (progress, cancel) =>
        {
            var import = host.Services.GetRequiredService<HistoryImport>();
            var done = Take(import, terminal, progress, cancel);
            progress?.End();
            Tell(done, import.WaitsForDelivery, terminal);
            return Task.FromResult(done.Refused.Count == 0 ? ExitCode.Done : ExitCode.NotAll);
        });
    }

    private ImportState Take(HistoryImport import, Terminal terminal, ProgressLine? progress, CancellationToken cancel)
    {
        var told = 0;
        if (File != TransferCommand.Standard) return import.FromFile(Request, Path.GetFullPath(File), Refused, progress, cancel);
        using var input = terminal.Input();
        return import.FromStream(Request, input, Refused, progress, cancel);

        void Refused(ImportFault fault)
        {
            if (told++ >= Shown) return;
            progress?.End();
            terminal.Tell(string.Create(CultureInfo.InvariantCulture, $"line {fault.Line}: {Word(fault.Reason)}"));
        }
    }

    private void Tell(ImportState done, bool waits, Terminal terminal)
    {
        if (!Quiet || done.Refused.Count > 0) terminal.Tell(string.Create(CultureInfo.InvariantCulture, $"Imported {done.Taken:N0} readings."));
        if (waits && !Quiet) terminal.Tell("They wait in the spool of the data folder and go to the remote store when the system runs.");
        foreach (var (reason, count) in done.Refused.OrderBy(static r => r.Key))
            terminal.Tell(string.Create(CultureInfo.InvariantCulture, $"Not taken: {count:N0} rows, {Word(reason)}."));
    }

    private static string Word(ImportReason reason) => reason switch
    {
        ImportReason.Row => "not of this format",
        ImportReason.TooLong => "longer than 65,536 bytes",
        ImportReason.Point => "not the name of a point",
        ImportReason.Unknown => "the site model does not have the point (--unknown keep takes it)",
        ImportReason.Time => "not a time from 1970 to tomorrow",
        ImportReason.Value => "not a finite number",
        _ => "not a quality",
    };
}
