using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Plantroom.Host.Settings;

/// <summary>Where pages and the HTTP interface are served. Section <c>Http</c>.</summary>
internal sealed class HttpOptions
{
    /// <summary>
    /// An IP address, or <c>localhost</c> (the default) for both loopback addresses of this machine.
    /// </summary>
    [Required]
    public string Address { get; set; } = "localhost";

    /// <summary>Default 5080; 0 takes any free port.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 5080;

    /// <summary>
    /// Default false. There is no sign-in yet: whoever reaches the pages can acknowledge alarms. An address that other machines reach is
    /// only opened when this says that something in front, such as a reverse proxy, lets in nobody but the staff.
    /// </summary>
    public bool AllowWithoutSignIn { get; set; }
}

/// <summary>Where the system keeps its own files. Section <c>Data</c>.</summary>
internal sealed class DataOptions
{
    /// <summary>A folder, relative to the working folder. Default <c>data</c>. Made when it does not exist.</summary>
    [Required]
    public string Folder { get; set; } = "data";
}

/// <summary>Where the files are that describe the site. Section <c>Site</c>.</summary>
internal sealed class SiteOptions
{
    /// <summary>A folder, relative to the working folder. Empty, the default, is the demonstration building that comes with the program.</summary>
    public string Folder { get; set; } = "";
}

[OptionsValidator]
internal sealed partial class HttpOptionsValidator : IValidateOptions<HttpOptions>;

[OptionsValidator]
internal sealed partial class DataOptionsValidator : IValidateOptions<DataOptions>;
