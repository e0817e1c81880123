using Microsoft.Extensions.Logging;

namespace Plantroom.Gateway;

/// <summary>
/// The site model in force. A file that has problems keeps the system from starting; while it runs, such a file is reported and the
/// model in force stays.
/// </summary>
internal sealed partial class SiteModel : IFacilitySource, IStartupCheck
{
    private readonly string path;
    private readonly TimeProvider time;
    private readonly ILogger<SiteModel> logger;
    private readonly Lock loading = new();
    private volatile Facility current = Facility.Empty;
    private volatile FacilityStatus status = new("", null, default, 0, 0, 0, []);

    private SiteModel(string path, TimeProvider time, ILogger<SiteModel> logger)
    {
        this.path = path;
        this.time = time;
        this.logger = logger;
    }

    /// <inheritdoc/>
    public event Action<Facility>? Changed;

    /// <inheritdoc/>
    public Facility Current => current;

    /// <summary>How the last reading of the file went.</summary>
    public FacilityStatus Status => status;

    /// <summary>Reads the file for the first time. Problems are told by <see cref="Check"/>.</summary>
    public static SiteModel Open(SiteFolder folder, TimeProvider time, ILogger<SiteModel> logger)
    {
        var model = new SiteModel(folder.Facility, time, logger);
        model.Load();
        return model;
    }

    /// <inheritdoc/>
    public IEnumerable<StartupProblem> Check() => status.Problems
        .Select(p => new StartupProblem(p.Line > 0 ? $"{path}:{p.Line}" : path, p.Message));

    /// <summary>Reads the file again: a valid model is taken over and announced, an invalid one only reported.</summary>
    public void Reload()
    {
        if (Load() is { } changed) Changed?.Invoke(changed);
    }

    private Facility? Load()
    {
        lock (loading)
        {
            var file = FacilityFile.Load(path);
            var now = time.GetUtcNow().UtcDateTime;
            current = file.Facility ?? current;
            status = new(
                Path.GetFileName(path),
                file.Facility is null ? status.LoadedAt : now,
                now,
                current.Sites.Count,
                current.Equipment.Count,
                current.Points.Count(),
                [.. file.Problems.Select(static p => new FacilityProblem(p.Line, p.Message))]);
            if (file.Facility is null) LogInvalid(logger, file.Problems.Count, string.Join('\n', file.Problems));
            else LogLoaded(logger, status.Sites, status.Equipment, status.Points);
            return file.Facility;
        }
    }

    [LoggerMessage(LogLevel.Information, "Site model taken over: {Sites} sites, {Equipment} pieces of equipment, {Points} points")]
    private static partial void LogLoaded(ILogger logger, int sites, int equipment, int points);

    [LoggerMessage(LogLevel.Warning, "The site model has {Count} problems and is not taken over:\n{Problems}")]
    private static partial void LogInvalid(ILogger logger, int count, string problems);
}
