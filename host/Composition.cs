using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Plantroom.Alerts;
using Plantroom.Dashboard;
using Plantroom.Energy;
using Plantroom.Gateway;
using Plantroom.Host.Bus;
using Plantroom.Host.Health;
using Plantroom.Host.Jobs;
using Plantroom.Host.Mqtt;
using Plantroom.Host.Settings;
using Plantroom.Host.Startup;
using Plantroom.Ingest;
using Plantroom.Maintenance;
using Plantroom.Mqtt;
using Plantroom.Simulators;

namespace Plantroom.Host;

/// <summary>How the modules are put together: what runs, in which order, and what is served.</summary>
internal static class Composition
{
    /// <summary>Ctrl-C drains and stops within five seconds; what is not drained by then was not acknowledged either.</summary>
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(4.5);

    /// <summary>An empty store gets a day of the simulated building's past, so that the first look at a trend shows one.</summary>
    private static readonly Dictionary<string, string?> FirstStart = new() { ["Simulator:Backfill"] = "1.00:00:00" };

    /// <summary>Registers everything; nothing is read, opened or started yet.</summary>
    public static WebApplication Build(IConfiguration settings, Roles roles)
    {
        var data = Data(settings);
        var builder = WebApplication.CreateEmptyBuilder(new()
        {
            ApplicationName = typeof(PlantroomHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = Path.Combine(AppContext.BaseDirectory, "wwwroot"),
        });
        if (!File.Exists(data.History) && !Directory.Exists(data.Spool)) builder.Configuration.AddInMemoryCollection(FirstStart);
        builder.Configuration.AddConfiguration(settings);
        builder.Logging.AddConfiguration(settings.GetSection("Logging"))
            .AddConsole(static console => console.FormatterName = LogLine.FormatterName)
            .AddConsoleFormatter<LogLine, ConsoleFormatterOptions>();
        builder.Services.AddSingleton(roles);
        AddHost(builder, settings, data);
        AddModules(builder, roles, data);

        return builder.Build();
    }

    /// <summary>What is served, and what every request passes.</summary>
    public static void Map(WebApplication app, Roles roles)
    {
        app.UseHostFiltering();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        if (roles.Has(Role.Broker)) app.MapMqtt();
        app.MapHealth();
        app.MapOpenApi();
        if (roles.RunsServer) app.MapSiteModel().MapGateway().MapIngest().MapAlerts().MapMaintenance().MapEnergy();
        if (roles.Has(Role.Dashboard))
        {
            app.UseAntiforgery();
            app.MapDashboard();
        }

        if (roles.Has(Role.Simulators)) app.MapSimulators();
    }

    /// <summary>What every module may count on.</summary>
    private static void AddHost(WebApplicationBuilder builder, IConfiguration settings, DataFolder data)
    {
        var services = builder.Services;
        services.Configure<Microsoft.Extensions.Hosting.HostOptions>(static o => o.ShutdownTimeout = ShutdownLimit);
        AddSection<HttpOptions, HttpOptionsValidator>(services, "Http");
        AddSection<DataOptions, DataOptionsValidator>(services, "Data");
        services.AddOptions<SiteOptions>().BindConfiguration("Site");
        services.AddSingleton(new SettingsSection("Site", typeof(SiteOptions)));

        services.AddSingleton(data).AddSingleton(Site(settings)).AddSingleton(TimeProvider.System);
        services.AddSingleton<IStartupCheck, FolderCheck>().AddSingleton<IStartupCheck, PortCheck>();
        services.AddBus();

        // The broker checks its own options, see PortCheck.
        services.AddOptions<MqttBrokerOptions>().BindConfiguration("Mqtt").PostConfigure(o =>
        {
            o.PasswordFile = PasswordFile(o.PasswordFile, data);
            o.Persistence ??= data.Mqtt;
        });
        services.AddSingleton(new SettingsSection("Mqtt", typeof(MqttBrokerOptions)));

        services.AddRouting();
        services.AddProblemDetails();
        services.AddHealthChecks();
        services.AddOpenApi();
        services.AddHostFiltering(o => o.AllowedHosts = (settings["AllowedHosts"] ?? "*").Split(';', StringSplitOptions.RemoveEmptyEntries));
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // A question about 200 points with names in any script is longer than the 8 KB that are usual.
            kestrel.Limits.MaxRequestLineSize = 64 * 1024;
            Listen(kestrel, settings["Http:Address"] ?? "", settings["Http:Port"] ?? "");
        });
    }

    /// <summary>Takes the settings as they are: Kestrel is made before they are checked, and a wrong one is named by the checks.</summary>
    private static void Listen(KestrelServerOptions kestrel, string name, string number)
    {
        if (PortCheck.Addresses(name) is not [var address] || !ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return;
        if (port != 0 && name.Equals("localhost", StringComparison.OrdinalIgnoreCase)) kestrel.ListenLocalhost(port);
        else kestrel.Listen(address, port);
    }

    /// <summary>
    /// Started in this order and stopped in reverse: what produces stops first, what keeps stops last and drains what is on the way.
    /// </summary>
    private static void AddModules(WebApplicationBuilder builder, Roles roles, DataFolder data)
    {
        if (roles.RunsServer)
        {
            builder.AddSiteModel();
            builder.AddIngest();
            builder.AddAlerts();
            builder.AddEnergy();
            builder.AddMaintenance();
            if (roles.Has(Role.Dashboard))
            {
                builder.Services.AddDataProtection().SetApplicationName("Plantroom").PersistKeysToFileSystem(new(data.Keys));
                builder.AddDashboard();
            }

            // The gateway subscribes before the broker opens its port: a message that finds no subscriber would be acknowledged unkept.
            builder.AddGateway();
            builder.Services.AddSingleton(Broker).AddHostedService<EmbeddedBroker>();
            builder.Services.AddJobs(data);
        }

        if (roles.Has(Role.Simulators)) builder.AddSimulators();
    }

    /// <summary>Where the MQTT users are: the file of the settings, else one in the data folder, which is its owner's alone.</summary>
    public static string PasswordFile(string? setting, DataFolder data) =>
        Path.GetFullPath(string.IsNullOrEmpty(setting) ? Path.Combine(data.Path, "mqtt-passwords") : setting);

    /// <summary>The data folder of the settings.</summary>
    public static DataFolder Data(IConfiguration settings) =>
        new(Path.GetFullPath(settings["Data:Folder"] is { Length: > 0 } folder ? folder : "data"));

    /// <summary>The folder of the site's files of the settings, else that of the demonstration building.</summary>
    public static SiteFolder Site(IConfiguration settings) =>
        new(settings["Site:Folder"] is { Length: > 0 } own ? Path.GetFullPath(own) : Path.Combine(AppContext.BaseDirectory, "site"));

    private static void AddSection<TOptions, TValidator>(IServiceCollection services, string name)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddOptions<TOptions>().BindConfiguration(name).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>().AddSingleton(new SettingsSection(name, typeof(TOptions)));
    }

    private static IMqttBroker Broker(IServiceProvider services) =>
        MqttLibrary.CreateBroker(services, services.GetRequiredService<IOptions<MqttBrokerOptions>>().Value);
}
