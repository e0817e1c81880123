namespace Plantroom;

/// <summary>Where the files are that describe the site and that people edit.</summary>
/// <param name="Path">Absolute path.</param>
public sealed record SiteFolder(string Path)
{
    /// <summary>The site model.</summary>
    public string Facility => System.IO.Path.Combine(Path, "facility.yaml");

    /// <summary>The folder of the rules.</summary>
    public string Rules => System.IO.Path.Combine(Path, "rules");
}
