namespace Plantroom.Host.Startup;

/// <summary>What the program tells whoever started it. Described in docs/formats/command-line.md.</summary>
internal static class ExitCode
{
    /// <summary>Everything was done, or ended as it was asked to.</summary>
    public const int Done = 0;

    /// <summary>A part was not done, or the system stopped because of a defect of its own; the output says more.</summary>
    public const int NotAll = 1;

    /// <summary>Nothing was begun, or it could not be done, because of something that the person who asked for it can change.</summary>
    public const int Refused = 2;
}
