using Plantroom.Yaml;

namespace Plantroom.Gateway;

/// <summary>The file of the site model: all of it, or everything that is wrong with it.</summary>
/// <param name="Facility">The model; null when there is a problem.</param>
/// <param name="Problems">What is wrong, in order of the lines.</param>
internal sealed record FacilityFile(Facility? Facility, IReadOnlyList<YamlProblem> Problems)
{
    /// <summary>Reads a file; never throws for anything that the file or its path can cause.</summary>
    public static FacilityFile Load(string path) => Read(YamlFile.Load(path));

    /// <summary>Reads what a file holds.</summary>
    public static FacilityFile Read(YamlFile file)
    {
        if (!file.IsReadable) return new(null, file.Problems);
        var classes = ClassReader.ReadAll(file.Root);
        if (!file.Root.Has("sites")) file.Root.RequiredText("sites");
        var reader = new SiteReader(classes);
        var sites = file.Root.Maps("sites").Select(reader.Read).ToList();
        file.Root.Close();
        if (file.Problems.Count > 0) return new(null, file.Problems);
        var equipment = sites.SelectMany(static s => s.Equipment).Select(static e => e.ToEquipment());
        var facility = new Facility([.. sites.Select(static s => s.Site)], [.. equipment])
        {
            Classes = classes.Keys.ToHashSet(StringComparer.Ordinal),
        };
        return new(facility, []);
    }
}
