using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Plantroom.Ingest.Influx;

/// <summary>How lines are handed to the server.</summary>
public enum InfluxApi
{
    /// <summary>As its <c>/ping</c> says: 1.x gets <c>/write</c> (1.8 with a bucket <c>/api/v2/write</c>), later ones <c>/api/v2/write</c>.</summary>
    Auto,

    /// <summary><c>/write</c> with database and retention policy.</summary>
    V1,

    /// <summary><c>/api/v2/write</c> with organization and bucket.</summary>
    V2,
}

/// <summary>Whether lines are compressed on their way.</summary>
public enum InfluxGzip
{
    /// <summary>Unless the server is this machine.</summary>
    Auto,

    /// <summary>Always.</summary>
    On,

    /// <summary>Never.</summary>
    Off,
}

/// <summary>Settings of the section <c>Influx</c>: the InfluxDB that readings are kept in.</summary>
public sealed class InfluxOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Influx";

    /// <summary>Where the server is: http or https, with a path when a proxy has it under one. Default http://127.0.0.1:8086.</summary>
    [Required]
    public string Url { get; set; } = "http://127.0.0.1:8086";

    /// <summary>Which way of writing it is spoken to. Default as the server says.</summary>
    [EnumDataType(typeof(InfluxApi))]
    public InfluxApi Api { get; set; }

    /// <summary>The database; with 2.x and 3.x the bucket, unless <see cref="Bucket"/> says another. Default plantroom.</summary>
    [Required]
    public string Database { get; set; } = "plantroom";

    /// <summary>The retention policy of the database. Default empty: the one that is the database's default.</summary>
    public string RetentionPolicy { get; set; } = "";

    /// <summary>The organization, for 2.x. Default empty.</summary>
    public string Org { get; set; } = "";

    /// <summary>The bucket, also as <c>database/retention policy</c>. Default empty: made of those two settings.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>The user, for 1.x. Default empty: nobody is asked who they are.</summary>
    public string UserName { get; set; } = "";

    /// <summary>The user's password; only from the environment. Never logged.</summary>
    public string Password { get; set; } = "";

    /// <summary>A file whose first line is the user's password. Default empty. Read again when the server does not accept it.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>The token, for 2.x and 3.x; only from the environment. Never logged.</summary>
    public string Token { get; set; } = "";

    /// <summary>A file whose first line is the token. Default empty. Read again when the server does not accept it.</summary>
    public string TokenFile { get; set; } = "";

    /// <summary>Certificates (PEM) of authorities that are trusted instead of the system's. Default empty: those of the system.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>Whether lines are compressed. Default unless the server is this machine.</summary>
    [EnumDataType(typeof(InfluxGzip))]
    public InfluxGzip Gzip { get; set; }

    /// <summary>How long the server may be silent before a request is given up. 100 ms to 10 min, default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a database, retention policy or bucket that is not there is made. Default true.</summary>
    public bool CreateMissing { get; set; } = true;

    /// <summary>
    /// How long the server keeps readings in what is made for them; what is there already stays as it is. 0 or 1 h to 36,500 d, default 0:
    /// for ever.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "36500.00:00:00")]
    public TimeSpan Retention { get; set; }
}

/// <summary>Checks the settings at start.</summary>
[OptionsValidator]
internal sealed partial class InfluxOptionsValidator : IValidateOptions<InfluxOptions>;
