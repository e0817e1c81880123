using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Plantroom.Host.Commands;
using Plantroom.Host.Mqtt;
using Plantroom.Host.Settings;
using Plantroom.Host.Startup;
using Plantroom.Mqtt;

namespace Plantroom.Host;

/// <summary>The one service executable: reads the settings, looks for problems, and runs what there is to run.</summary>
internal static class PlantroomHost
{
    /// <summary>Everything ended as it should.</summary>
    private const int Stopped = 0;

    /// <summary>The system stopped because of a defect of its own; the log says more.</summary>
    private const int Failed = 1;

    /// <summary>The system did not start because of something that the person who started it can change.</summary>
    private const int NotStarted = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var problems = new List<StartupProblem>();
        if (args is ["mqtt", .. var words] && !words.Contains("--help")) return ChangePasswords(words, problems);
        if (args is ["export" or "import", ..] && !args.Contains("--help")) return await TransferAsync(args[0], args[1..], problems);
        if (args is ["backup" or "restore" or "check", ..] && !args.Contains("--help")) return WithData(args, problems);
        var line = CommandLine.Parse(args, problems);
        if (line.Asked is not CommandLine.Wish.Run)
        {
            Console.WriteLine(line.Asked is CommandLine.Wish.Help ? CommandLine.Help : Banner.Version);
            return Stopped;
        }

        var settings = Settings(line, problems);
        var roles = Roles.Parse(settings["Roles"] ?? "all", problems);
        if (problems.Count > 0) return Refuse(problems);

        await using var app = Composition.Build(settings, roles);
        problems.AddRange(StartupProblems.Find(app.Services, settings));
        if (problems.Count > 0) return Refuse(problems);

        Composition.Map(app, roles);
        try
        {
            MigrationLocks.Clear(app.Services.GetRequiredService<DataFolder>());
            await app.StartAsync();
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            return Refuse([new("start", e.Message)]);
        }

        Console.WriteLine(Describe(app, roles));
        await app.WaitForShutdownAsync();
        return Broke(app) ? Failed : Stopped;
    }

    private static int ChangePasswords(string[] words, List<StartupProblem> problems)
    {
        if (PasswordCommand.Parse(words, problems) is not { } command || problems.Count > 0) return Refuse(problems, "Nothing was changed:");
        var settings = Settings(CommandLine.Parse(command.Others, problems), problems);
        if (problems.Count > 0) return Refuse(problems, "Nothing was changed:");
        var data = Composition.Data(settings);
        if (command.File is null) FolderCheck.Make(data.Path);
        command.Run(Composition.PasswordFile(command.File ?? settings["Mqtt:PasswordFile"], data), new Terminal(), problems);
        return problems.Count > 0 ? Refuse(problems, "Nothing was changed:") : Stopped;
    }

    private static async Task<int> TransferAsync(string command, string[] words, List<StartupProblem> problems)
    {
        var export = command == "export" ? ExportCommand.Parse(words, TimeProvider.System.GetUtcNow().UtcDateTime, problems) : null;
        var import = command == "import" ? ImportCommand.Parse(words, problems) : null;
        var settings = Settings(CommandLine.Parse(export?.Settings ?? import!.Settings, problems), problems);
        if (problems.Count > 0) return Refuse(problems, "Nothing was done:");
        using var services = CommandServices.Build(settings);
        problems.AddRange(CommandServices.Problems(services.Services, mayBeNew: import is not null));
        if (problems.Count > 0) return Refuse(problems, "Nothing was done:");
        var terminal = new Terminal();
        var code = await (export?.RunAsync(services.Services, terminal, problems) ?? import!.RunAsync(services.Services, terminal, problems));
        return problems.Count > 0 ? Refuse(problems, "Not done:") : code;
    }

    /// <summary>What is done with the data folder as a whole.</summary>
    private static int WithData(string[] words, List<StartupProblem> problems)
    {
        const string nothing = "Nothing was done:";
        if (DataCommand.Parse(words, problems) is not { } command || problems.Count > 0) return Refuse(problems, nothing);
        var settings = Settings(CommandLine.Parse(command.Others, problems), problems);
        if (problems.Count > 0) return Refuse(problems, nothing);
        var data = Composition.Data(settings);
        var terminal = new Terminal();
        var isWell = command.Verb != "check" || new CheckCommand(data).Run(terminal, problems);
        if (command.Verb == "backup") new BackupCommand(data, command.Folder!).Run(terminal, problems);
        else if (command.Verb == "restore") new RestoreCommand(data, command.Folder!, TimeProvider.System).Run(terminal, problems);
        return problems.Count > 0 ? Refuse(problems, nothing) : isWell ? Stopped : Failed;
    }

    /// <summary>A defect stops the host; whoever started it must see that it was not asked to.</summary>
    private static bool Broke(WebApplication app) =>
        app.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(static s => s.ExecuteTask is { IsFaulted: true });

    private static int Refuse(IReadOnlyCollection<StartupProblem> problems, string heading = "Plantroom did not start:")
    {
        Console.Error.WriteLine(heading);
        foreach (var problem in problems) Console.Error.WriteLine($"  {problem}");
        return NotStarted;
    }

    private static IConfigurationRoot Settings(CommandLine line, List<StartupProblem> problems)
    {
        var builder = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: false, reloadOnChange: false);
        if (line.ConfigFile is { } file) builder.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        builder.AddEnvironmentVariables("PLANTROOM_").AddInMemoryCollection(line.Settings);
        try
        {
            return builder.Build();
        }
        catch (Exception e) when (e is FileNotFoundException or InvalidDataException or FormatException)
        {
            problems.Add(new("--config", $"{line.ConfigFile} cannot be read: {e.InnerException?.Message ?? e.Message}"));
            return new ConfigurationBuilder().Build();
        }
    }

    private static string Describe(WebApplication app, Roles roles)
    {
        var page = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        var broker = app.Services.GetService<IMqttBroker>();
        var overWeb = broker is not null && app.Services.GetRequiredService<IOptions<MqttBrokerOptions>>().Value.WebSocket.Enabled;
        return Banner.Of(
            roles,
            page,
            broker?.EndPoint.ToString(),
            broker?.SecureEndPoint?.ToString(),
            overWeb && page is not null ? "ws" + page["http".Length..] + MqttEndpoint.Path : null,
            app.Services.GetRequiredService<DataFolder>(),
            app.Services.GetRequiredService<SiteFolder>());
    }
}
