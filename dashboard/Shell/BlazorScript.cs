using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Plantroom.Dashboard.Shell;

/// <summary>
/// Blazor's browser script, read out of the ASP.NET Core assembly that the build embeds as the resource <c>blazor-assets</c>. That
/// assembly is only read, never loaded. See docs/decisions/002-blazor-script.md.
/// </summary>
internal static class BlazorScript
{
    private const string Name = "_framework/blazor.web.js";

    /// <summary>The script; null in a build that leaves it to the SDK.</summary>
    public static byte[]? Read()
    {
        using var carrier = Assembly.GetExecutingAssembly().GetManifestResourceStream("blazor-assets");
        if (carrier is null) return null;
        using var assembly = new PEReader(carrier);
        var metadata = assembly.GetMetadataReader();
        var resources = assembly.GetSectionData(assembly.PEHeaders.CorHeader!.ResourcesDirectory.RelativeVirtualAddress);
        foreach (var handle in metadata.ManifestResources)
        {
            var resource = metadata.GetManifestResource(handle);
            if (!metadata.StringComparer.Equals(resource.Name, Name)) continue;
            var reader = resources.GetReader();
            reader.Offset = (int)resource.Offset;
            return reader.ReadBytes(reader.ReadInt32());
        }

        throw new InvalidOperationException($"The embedded assembly does not carry {Name}.");
    }
}
