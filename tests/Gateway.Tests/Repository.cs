namespace Plantroom.Gateway.Tests;

/// <summary>Finds files of the repository from wherever the tests were built to.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string ShippedFacility => Path.Combine(Root, "host", "site", "facility.yaml");

    public static string Cases(string kind) => Path.Combine(Root, "tests", "Gateway.Tests", "cases", kind);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Plantroom.slnx")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
        return folder.FullName;
    }
}
