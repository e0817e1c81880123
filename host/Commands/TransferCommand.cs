using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Plantroom.Host.Startup;
using Plantroom.Ingest.Transfer;

namespace Plantroom.Host.Commands;

/// <summary>What export and import have in common.</summary>
internal static class TransferCommand
{
    /// <summary>The file that stands for the standard input or output.</summary>
    public const string Standard = "-";

    /// <summary>Reads csv or lp; without a word the name of the file tells.</summary>
    public static TransferFormat Format(string? word, string file, List<StartupProblem> problems)
    {
        if (word is not (null or "csv" or "lp")) problems.Add(new("--format", $"'{word}' is not csv or lp"));
        var isLines = word is null ? file.EndsWith(".lp", StringComparison.OrdinalIgnoreCase) : word == "lp";
        return isLines ? TransferFormat.Lines : TransferFormat.Csv;
    }

    /// <summary>Runs it so that Ctrl-C ends it where it can go on, and failures of files and stores are told as such.</summary>
    /// <param name="file">What is written or read, for messages.</param>
    /// <param name="terminal">Who is told.</param>
    /// <param name="quiet">Whether nothing is told on the way.</param>
    /// <param name="problems">Gets what keeps it from being done.</param>
    /// <param name="work">What is to be done.</param>
    /// <returns>The exit code when there are no problems.</returns>
    public static async Task<int> RunAsync(
        string file, Terminal terminal, bool quiet, List<StartupProblem> problems, Func<ProgressLine?, CancellationToken, Task<int>> work)
    {
        using var cancel = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var progress = quiet ? null : terminal.Progress();
        try
        {
            return await work(progress, cancel.Token);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            progress?.End();
            terminal.Tell("Ended before its end; the same command goes on from here.");
            return ExitCode.NotAll;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException or HttpRequestException or InvalidDataException)
        {
            progress?.End();
            problems.Add(new(file, e.Message));
            return ExitCode.NotAll;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            cancel.Cancel();
        }
    }
}
