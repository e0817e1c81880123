using System.Xml.Linq;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Plantroom.EndToEnd.Tests;

/// <summary>The rules of the house that no compiler checks.</summary>
public sealed class HouseTests
{
    /// <summary>Who may refer to whom. Modules meet at the ports in core and never know each other.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["core"] = [],
        ["mqtt"] = ["sqlite"],
        ["sqlite"] = [],
        ["yaml"] = [],
        ["gateway"] = ["core", "mqtt", "yaml"],
        ["ingest"] = ["core", "sqlite"],
        ["alerts"] = ["core", "yaml"],
        ["maintenance"] = ["core"],
        ["energy"] = ["core"],
        ["dashboard"] = ["core"],
        ["simulators"] = ["core", "mqtt", "yaml"],
        ["host"] = ["core", "mqtt", "sqlite", "yaml", "gateway", "ingest", "alerts", "maintenance", "energy", "dashboard", "simulators"],
    };

    private static readonly string Root = FindRoot();

    [Theory]
    [MemberData(nameof(Modules))]
    public void Module_References_PointOnlyWhereTheHouseAllows(string module)
    {
        var project = Directory.GetFiles(Path.Combine(Root, module), "*.csproj").Single();
        var references = XDocument.Load(project).Descendants("ProjectReference")
            .Select(r => Path.GetFullPath(Path.Combine(Root, module, (string)r.Attribute("Include")!)))
            .Select(path => Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar)[0]);

        Assert.Empty(references.Except(Allowed[module]));
    }

    [Fact]
    public void Core_Packages_AreNone()
    {
        var project = XDocument.Load(Path.Combine(Root, "core", "Plantroom.Core.csproj"));

        Assert.Empty(project.Descendants("PackageReference"));
        Assert.Empty(project.Descendants("FrameworkReference"));
    }

    [Fact]
    public void EveryProject_IsPartOfTheSolution()
    {
        var listed = XDocument.Load(Path.Combine(Root, "Plantroom.slnx")).Descendants("Project").Select(p => (string)p.Attribute("Path")!);
        var present = Allowed.Keys.Append("tests").Append("tools").Select(folder => Path.Combine(Root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*.csproj", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'));

        Assert.Empty(present.Except(listed));
    }

    [Fact]
    public void SourceFiles_AreAtMost400LinesLong()
    {
        var tooLong = SourceFiles(".cs", ".razor", ".css", ".js")
            .Select(file => (File: Path.GetRelativePath(Root, file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > 400);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void Methods_AreAtMost60LinesLong()
    {
        var tooLong = SourceFiles(".cs")
            .SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes().OfType<BlockSyntax>()
                .Where(static block => block.Parent is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax)
                .Select(block => (File: Path.GetRelativePath(Root, file), block.GetLocation().GetLineSpan().Span)))
            .Where(static m => m.Span.End.Line - m.Span.Start.Line >= 60)
            .Select(static m => $"{m.File}:{m.Span.Start.Line + 1}");

        Assert.Empty(tooLong);
    }

    [Fact]
    public void Packages_AreExactlyPinnedInOnePlace()
    {
        var versions = XDocument.Load(Path.Combine(Root, "Directory.Packages.props")).Descendants().Attributes("Version").Select(a => a.Value);
        var elsewhere = Directory.GetFiles(Root, "*.csproj", SearchOption.AllDirectories)
            .SelectMany(file => XDocument.Load(file).Descendants("PackageReference").Attributes("Version"));

        Assert.All(versions, version => Assert.Matches(@"^\d+\.\d+\.\d+[\w.-]*$", version));
        Assert.Empty(elsewhere);
    }

    private static IEnumerable<string> SourceFiles(params string[] endings) => Allowed.Keys.Append("tests")
        .SelectMany(folder => Directory.GetFiles(Path.Combine(Root, folder), "*.*", SearchOption.AllDirectories))
        .Where(file => endings.Contains(Path.GetExtension(file)) && !file.Contains("Migrations", StringComparison.Ordinal)
            && !file.Contains("node_modules", StringComparison.Ordinal));

    public static TheoryData<string> Modules() => [.. Allowed.Keys];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Plantroom.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests must run within the source tree.");
    }
}
