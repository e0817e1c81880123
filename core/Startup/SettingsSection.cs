namespace Plantroom;

/// <summary>
/// A section of the configuration and the options class that it fills. Every module registers its own, so that a setting that nobody
/// reads (a typing mistake, most often) is found at start.
/// </summary>
/// <param name="Name">The section, for example <c>Ingest</c>.</param>
/// <param name="Options">The options class; its public properties are the known keys.</param>
public sealed record SettingsSection(string Name, Type Options);
