namespace Plantroom.Ingest.Influx;

/// <summary>Which database of the server readings are kept in, under the names of both ways of writing.</summary>
internal sealed class InfluxTarget(InfluxOptions options)
{
    /// <summary>The database of 1.x and of InfluxQL.</summary>
    public string Database { get; } = options.Bucket.Length == 0 ? options.Database : options.Bucket.Split('/', 2)[0];

    /// <summary>Its retention policy; empty for the default one.</summary>
    public string RetentionPolicy { get; } =
        options.Bucket.Length == 0 ? options.RetentionPolicy : options.Bucket.Split('/', 2) is [_, var policy] ? policy : "";

    /// <summary>The bucket of 2.x and 3.x.</summary>
    public string Bucket { get; } =
        options.Bucket.Length > 0 ? options.Bucket
        : options.RetentionPolicy.Length > 0 ? $"{options.Database}/{options.RetentionPolicy}" : options.Database;

    /// <summary>The organization of 2.x; empty for none.</summary>
    public string Org { get; } = options.Org;

    /// <summary>Where lines go; times are always in nanoseconds, as older servers misread other units.</summary>
    public string WritePath(bool v2)
    {
        if (!v2) return $"write?{Query}&precision=n";
        var org = Org.Length > 0 ? $"org={Uri.EscapeDataString(Org)}&" : "";
        return $"api/v2/write?{org}bucket={Uri.EscapeDataString(Bucket)}&precision=ns";
    }

    /// <summary>Where InfluxQL goes.</summary>
    public string QueryPath => $"query?{Query}&epoch=ns";

    /// <summary>For messages.</summary>
    public string Name(bool v2) =>
        v2 ? $"bucket {Bucket}" : RetentionPolicy.Length > 0 ? $"database {Database}/{RetentionPolicy}" : $"database {Database}";

    private string Query =>
        $"db={Uri.EscapeDataString(Database)}" + (RetentionPolicy.Length > 0 ? $"&rp={Uri.EscapeDataString(RetentionPolicy)}" : "");
}
