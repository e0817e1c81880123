using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Plantroom.Maintenance.Reminders;
using Plantroom.Maintenance.Storage;
using Plantroom.TestKit;

namespace Plantroom.Maintenance.Tests;

/// <summary>The module with a real database and a real server on a port of its own; can be started again on the same data.</summary>
internal sealed class MaintenanceHost : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private WebApplication? app;

    public ManualClock Clock { get; set; } = new();

    public Site Site { get; } = new FacilityBuilder().Shanghai();

    public FixedFacility Facility { get; } = new();

    public HttpClient Http { get; private set; } = new();

    public IServiceProvider Services => app!.Services;

    public IMaintenanceReminders Reminders => Services.GetRequiredService<IMaintenanceReminders>();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async Task<MaintenanceHost> StartAsync(params IReadOnlyList<Equipment> equipment)
    {
        if (equipment.Count > 0) Facility.Current = new([Site], equipment);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Services.AddProblemDetails();
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton(new DataFolder(folder.Path));
        builder.Services.AddSingleton<IFacilitySource>(Facility);
        builder.AddMaintenance();
        app = builder.Build();
        app.MapMaintenance();
        await app.StartAsync(Cancelled);
        Http.Dispose();
        Http = new() { BaseAddress = new(app.Urls.First()) };
        return this;
    }

    public async Task RestartAsync(params IReadOnlyList<Equipment> equipment)
    {
        await app!.DisposeAsync();
        await StartAsync(equipment);
    }

    public Task RoundAsync() => Services.GetRequiredService<ReminderRound>().RunAsync(Cancelled);

    public Task<MaintenanceDbContext> DatabaseAsync() =>
        Services.GetRequiredService<IDbContextFactory<MaintenanceDbContext>>().CreateDbContextAsync(Cancelled);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (app is not null) await app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Dispose();
    }
}

internal sealed class FixedFacility : IFacilitySource
{
    public event Action<Facility>? Changed
    {
        add { }
        remove { }
    }

    public Facility Current { get; set; } = Facility.Empty;
}

internal sealed class FacilityBuilder
{
    public Site Shanghai() => new("hq", LocalizedText.Same("HQ"), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"), []);

    public static Equipment Equipment(string id, int? intervalDays, string? lastDone = null) => new()
    {
        Id = new("hq", id),
        Name = LocalizedText.Same(id),
        Class = "drain_pump",
        System = BuildingSystem.Drainage,
        Building = "tower",
        Points = [],
        Maintenance = intervalDays is { } days
            ? new(TimeSpan.FromDays(days), lastDone is null ? null : DateOnly.Parse(lastDone, null), new("检查", "Check " + id))
            : null,
    };
}
