using Plantroom.Gateway;
using Plantroom.Host.Settings;
using Plantroom.Host.Startup;
using Plantroom.Ingest;

namespace Plantroom.Host.Commands;

/// <summary>What a command needs of the system, put together as the system would: the site model and the store of the settings.</summary>
internal static class CommandServices
{
    /// <summary>Registers it; nothing is started, and nothing is opened before it is asked for.</summary>
    public static IHost Build(IConfiguration settings)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddConfiguration(settings);
        builder.Services.AddSingleton(Composition.Data(settings)).AddSingleton(Composition.Site(settings)).AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<FolderCheck>().AddSingleton(new SettingsSection("Data", typeof(DataOptions)));
        builder.AddSiteModel();
        builder.AddIngest();
        return builder.Build();
    }

    /// <summary>What keeps the store from being used.</summary>
    /// <param name="services">The services.</param>
    /// <param name="settings">The settings; those of the other parts of the system are not looked at.</param>
    /// <param name="mayBeNew">Whether the data folder need not be there: it is made when it is taken.</param>
    public static IReadOnlyList<StartupProblem> Problems(IServiceProvider services, IConfiguration settings, bool mayBeNew)
    {
        var data = services.GetRequiredService<DataFolder>();
        if (!mayBeNew && !Directory.Exists(data.Path)) return [new("Data:Folder", $"{data.Path} does not exist")];
        var sections = services.GetServices<SettingsSection>().ToList();
        var unknown = UnknownSettings.Find(settings, sections, others: true);
        return [.. unknown.Concat(StartupProblems.Find(services)).Distinct()];
    }

    /// <summary>Gives the data folder back.</summary>
    public static void Leave(IServiceProvider services) => services.GetRequiredService<FolderCheck>().Dispose();

    /// <summary>Takes the data folder until it is given back or the services are disposed; tells why it cannot be had.</summary>
    public static IReadOnlyList<StartupProblem> Take(IServiceProvider services) => [.. services.GetRequiredService<FolderCheck>().Check()];
}
