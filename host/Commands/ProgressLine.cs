using System.Globalization;
using Plantroom.Ingest.Transfer;

namespace Plantroom.Host.Commands;

/// <summary>Shows how far a command is: a bar that moves on a terminal, a line now and then elsewhere.</summary>
/// <param name="output">Where.</param>
/// <param name="isTerminal">Whether a line can be written over.</param>
/// <param name="clock">Tells when it is time again.</param>
internal sealed class ProgressLine(TextWriter output, bool isTerminal, TimeProvider clock) : IProgress<TransferProgress>
{
    private const int Width = 30;
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(10);

    private long shown = clock.GetTimestamp();
    private bool isOpen;

    public void Report(TransferProgress value)
    {
        if (clock.GetElapsedTime(shown) < (isTerminal ? OnTerminal : Elsewhere)) return;
        shown = clock.GetTimestamp();
        var text = string.Create(CultureInfo.InvariantCulture, $"{Percent(value.Part)}{value.Readings:N0} readings");
        if (isTerminal) output.Write($"\r{Bar(value.Part)}{text}   ");
        else output.WriteLine(text);
        isOpen = isTerminal;
    }

    /// <summary>Leaves the line as it is, so that what follows begins a new one.</summary>
    public void End()
    {
        if (isOpen) output.WriteLine();
        isOpen = false;
    }

    private static string Percent(double? part) =>
        part is { } known ? string.Create(CultureInfo.InvariantCulture, $"{Math.Clamp(known, 0, 1) * 100,3:F0} %, ") : "";

    private static string Bar(double? part)
    {
        if (part is not { } known) return "";
        var full = (int)(Math.Clamp(known, 0, 1) * Width);
        return $"[{new string('#', full)}{new string('.', Width - full)}] ";
    }
}
