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
    private const string NotStarted = "Plantroom did not start:";

    public static async Task<int> RunAsync(string[] args)
    {
        var terminal = new Terminal();
        if (args is ["help", .. var about]) args = [.. about, "--help"];
        if (CommandTable.Find(args) is var (command, words)) return await CommandTable.RunAsync(command, words, terminal);
        var problems = new List<StartupProblem>();
        var line = CommandLine.Parse(args, problems);
        if (line.Asked is not CommandLine.Wish.Run)
        {
            terminal.Say(line.Asked is CommandLine.Wish.Help ? CommandLine.Help : Banner.Version);
            return ExitCode.Done;
        }

        var settings = SettingsSources.Read(line, problems);
        var roles = Roles.Parse(settings["Roles"] ?? "all", problems);
        return problems.Count > 0 ? Refusal.Tell(terminal, NotStarted, problems) : await ServeAsync(settings, roles, terminal);
    }

    /// <summary>Runs the system until it is asked to stop.</summary>
    private static async Task<int> ServeAsync(IConfigurationRoot settings, Roles roles, Terminal terminal)
    {
        await using var app = Composition.Build(settings, roles);
        var problems = StartupProblems.Find(app.Services, settings);
        if (problems.Count > 0) return Refusal.Tell(terminal, NotStarted, problems);

        Composition.Map(app, roles);
        try
        {
            MigrationLocks.Clear(app.Services.GetRequiredService<DataFolder>());
            await app.StartAsync();
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            return Refusal.Tell(terminal, NotStarted, [new("start", e.Message)]);
        }

        terminal.Say(Describe(app, roles));
        await app.WaitForShutdownAsync();
        return Broke(app) ? ExitCode.NotAll : ExitCode.Done;
    }

    /// <summary>A defect stops the host; whoever started it must see that it was not asked to.</summary>
    private static bool Broke(WebApplication app) =>
        app.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(static s => s.ExecuteTask is { IsFaulted: true });

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
