using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Plantroom.Dashboard.Live;

namespace Plantroom.Dashboard.Alarms;

/// <summary>
/// <c>/hubs/alarms</c>: sends <c>snapshot</c> when a client connects and after it missed something, then <c>changed</c> for every
/// change, and takes acknowledgements. Described in docs/formats/hub-alarms.md.
/// </summary>
internal sealed partial class AlarmHub(
    LiveView view, IAlarms alarms, IHubContext<AlarmHub> hub, IOptions<DashboardOptions> options, ILogger<AlarmHub> log) : Hub
{
    /// <summary>The longest name and note, from the promise of <see cref="IAlarms.AcknowledgeAsync"/>.</summary>
    public const int MaxNameLength = 100;

    /// <inheritdoc cref="MaxNameLength"/>
    public const int MaxNoteLength = 1000;

    /// <summary>Records that a person has taken note of an alarm.</summary>
    /// <param name="id">The occurrence.</param>
    /// <param name="by">Who, 1 to 100 characters.</param>
    /// <param name="note">What that person wants to say, at most 1,000 characters.</param>
    public async Task<AcknowledgeOutcome> Acknowledge(long id, string? by, string? note)
    {
        if (string.IsNullOrWhiteSpace(by) || by.Length > MaxNameLength) throw new HubException("by: 1 to 100 characters.");
        if (note is { Length: > MaxNoteLength }) throw new HubException("note: at most 1,000 characters.");
        return await alarms.AcknowledgeAsync(id, by.Trim(), string.IsNullOrWhiteSpace(note) ? null : note.Trim());
    }

    /// <inheritdoc/>
    public override Task OnConnectedAsync()
    {
        // One pump for each client: a slow one fills its own queue and is later sent the whole list; it delays nobody else.
        _ = PumpAsync(hub.Clients.Client(Context.ConnectionId), Context.ConnectionAborted);
        return Task.CompletedTask;
    }

    private async Task PumpAsync(ISingleClientProxy client, CancellationToken gone)
    {
        using var follower = view.Alarms.Follow(options.Value.AlarmsQueue);
        try
        {
            await client.SendAsync("snapshot", view.Alarms.Active.ToArray(), gone);
            while (await follower.WaitAsync(gone))
            {
                if (follower.TakeAll() is not { } changes) await client.SendAsync("snapshot", view.Alarms.Active.ToArray(), gone);
                else foreach (var change in changes) await client.SendAsync("changed", change, gone);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone; there is nobody to tell.
        }
        catch (Exception e)
        {
            LogClientFailed(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A client of the alarm hub could not be served any longer")]
    private partial void LogClientFailed(Exception exception);
}
