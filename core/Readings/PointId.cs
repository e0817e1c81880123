using System.Collections.Concurrent;
using System.Text.Json.Serialization;

namespace Plantroom;

/// <summary>
/// The name of one measured or switched thing: <c>site/equipment/point</c>, for example <c>hq/P-101/dischargePressure</c>.
/// Interned: the value itself is one integer, so that it can be hashed, compared and used as an array index on the hot path.
/// </summary>
/// <remarks>
/// Names are case-sensitive. Interned names live as long as the process, so only the site model and the stores intern;
/// names that come from outside are looked up with <see cref="TryFind"/>. All members may be called from any thread.
/// </remarks>
[JsonConverter(typeof(PointIdJsonConverter))]
public readonly record struct PointId
{
    private static readonly ConcurrentDictionary<string, int> Indexes = new(StringComparer.Ordinal);
    private static readonly Lock Growing = new();
    private static PointName[] names = [default];

    private PointId(int index) => Index = index;

    /// <summary>A small positive integer, the same for equal names within one process. 0 only for <c>default</c>.</summary>
    public int Index { get; }

    /// <summary>The site's id, the first segment of the name.</summary>
    public string Site => Name.Site;

    /// <summary>The equipment that the point belongs to.</summary>
    public EquipmentId Equipment => new(Name.Site, Name.Equipment);

    /// <summary>The last segment of the name, for example <c>dischargePressure</c>.</summary>
    public string Point => Name.Point;

    private PointName Name => names[Index];

    /// <summary>Gives the id of a name, and makes it known when it is new.</summary>
    /// <exception cref="FormatException">The name is not three non-empty segments without <c>+</c>, <c>#</c> or white space.</exception>
    public static PointId Intern(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Indexes.TryGetValue(name, out var known)) return new(known);
        if (!PointName.TryParse(name, out var parsed))
            throw new FormatException($"'{name}' is not a point name; expected site/equipment/point.");

        lock (Growing)
        {
            if (Indexes.TryGetValue(name, out known)) return new(known);
            var grown = names;
            var index = Indexes.Count + 1;
            if (index == grown.Length) Array.Resize(ref grown, Math.Max(64, index * 2));
            grown[index] = parsed;
            Volatile.Write(ref names, grown);
            Indexes[name] = index;
            return new(index);
        }
    }

    /// <summary>Finds the id of a name that is already known.</summary>
    public static bool TryFind(string? name, out PointId id)
    {
        if (name is not null && Indexes.TryGetValue(name, out var index))
        {
            id = new(index);
            return true;
        }

        id = default;
        return false;
    }

    /// <summary>Whether a text has the form of a point name.</summary>
    public static bool IsValidName(string? name) => name is not null && PointName.TryParse(name, out _);

    /// <summary>The whole name, <c>site/equipment/point</c>; empty for <c>default</c>.</summary>
    public override string ToString() => Name.Whole ?? "";

    private readonly record struct PointName(string Whole, string Site, string Equipment, string Point)
    {
        public static bool TryParse(string text, out PointName name)
        {
            name = default;
            var parts = text.Split('/');
            if (parts.Length != 3 || !parts.All(EquipmentId.IsValidSegment)) return false;
            name = new(text, parts[0], parts[1], parts[2]);
            return true;
        }
    }
}
