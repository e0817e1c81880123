using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Plantroom.Alerts.Storage;

namespace Plantroom.Alerts.Alarms;

/// <summary>What a person says when taking note of an alarm.</summary>
/// <param name="By">Who, 1 to 100 characters.</param>
/// <param name="Note">What they want to say, at most 1,000 characters.</param>
internal sealed record AcknowledgeRequest(string? By, string? Note);

/// <summary>One transition in the journal of an alarm.</summary>
/// <param name="Event">What happened.</param>
/// <param name="At">When, UTC, by the readings' time.</param>
/// <param name="RecordedAt">When it was written down, UTC.</param>
/// <param name="By">Who did it; null for the system.</param>
/// <param name="Note">What that person wrote.</param>
/// <param name="State">The state afterwards.</param>
/// <param name="Priority">The priority afterwards.</param>
/// <param name="Value">The value told with it.</param>
/// <param name="Limit">The limit told with it.</param>
internal sealed record JournalEntry(
    AlarmEvent Event,
    DateTime At,
    DateTime RecordedAt,
    string? By,
    string? Note,
    AlarmState State,
    AlarmPriority Priority,
    double? Value,
    double? Limit);

/// <summary><c>/api/v1/alarms</c>.</summary>
internal static class AlarmsApi
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;
    private const int MaxBy = 100;
    private const int MaxNote = 1_000;

    public static void MapAlarms(this IEndpointRouteBuilder routes)
    {
        var alarms = routes.MapGroup("/api/v1/alarms").WithTags("Alarms");
        alarms.MapGet("", ListAsync)
            .WithSummary("Alarms by state")
            .WithDescription(
                "state: active (default), unacknowledged, acknowledged, returned - worst first, then newest; normal (history) or all - "
                + "newest first, limit (1 to 1000, default 100) at a time; before=id continues.");
        alarms.MapGet("{id:long}", FindAsync).WithSummary("One alarm, active or not");
        alarms.MapGet("{id:long}/journal", JournalAsync).WithSummary("Everything that happened to an alarm");
        alarms.MapPost("{id:long}/acknowledge", AcknowledgeAsync).WithSummary("Records that a person has taken note");
    }

    private static async Task<Results<Ok<IReadOnlyList<Alarm>>, ValidationProblem>> ListAsync(
        IAlarms alarms, AlarmStore store, string? state, string? limit, string? before, CancellationToken cancellationToken)
    {
        var count = DefaultLimit;
        if (limit is not null && !(Number(limit, out count) && count is >= 1 and <= MaxLimit))
            return Invalid("limit", $"Must be a whole number from 1 to {MaxLimit}.");
        var bound = long.MaxValue;
        if (before is not null && !(Number(before, out bound) && bound >= 1)) return Invalid("before", "Must be the number of an alarm.");

        switch (state ?? "active")
        {
            case "active": return TypedResults.Ok(alarms.Active);
            case "unacknowledged": return Active(alarms, AlarmState.Unacknowledged);
            case "acknowledged": return Active(alarms, AlarmState.Acknowledged);
            case "returned": return Active(alarms, AlarmState.ReturnedUnacknowledged);
            case "normal": return TypedResults.Ok(await store.PageAsync(normalOnly: true, bound, count, cancellationToken));
            case "all": return TypedResults.Ok(await store.PageAsync(normalOnly: false, bound, count, cancellationToken));
            default: return Invalid("state", "Must be one of active, unacknowledged, acknowledged, returned, normal, all.");
        }
    }

    private static async Task<Results<Ok<Alarm>, ProblemHttpResult>> FindAsync(
        long id, AlarmStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } alarm ? TypedResults.Ok(alarm) : NotFound(id);

    private static async Task<Results<Ok<IReadOnlyList<JournalEntry>>, ProblemHttpResult>> JournalAsync(
        long id, AlarmStore store, CancellationToken cancellationToken)
    {
        var rows = await store.JournalAsync(id, cancellationToken);
        return rows.Count == 0 ? NotFound(id) : TypedResults.Ok<IReadOnlyList<JournalEntry>>([.. rows.Select(Entry)]);
    }

    private static async Task<Results<Ok<Alarm>, ProblemHttpResult, ValidationProblem>> AcknowledgeAsync(
        long id, AcknowledgeRequest request, IAlarms alarms, AlarmStore store, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        if (request.By?.Trim() is not { Length: >= 1 and <= MaxBy } by)
            (by, errors["by"]) = ("", [$"Who acknowledges: 1 to {MaxBy} characters."]);
        if (request.Note?.Length > MaxNote) errors["note"] = [$"At most {MaxNote} characters."];
        if (errors.Count > 0) return TypedResults.ValidationProblem(errors);

        var note = string.IsNullOrWhiteSpace(request.Note) ? null : request.Note.Trim();
        var outcome = await alarms.AcknowledgeAsync(id, by, note, cancellationToken);
        if (outcome is AcknowledgeOutcome.NotFound || await store.FindAsync(id, cancellationToken) is not { } alarm) return NotFound(id);
        if (outcome is AcknowledgeOutcome.Acknowledged || alarm.AcknowledgedBy == by) return TypedResults.Ok(alarm);
        return TypedResults.Problem(
            alarm.AcknowledgedBy is { } other ? $"{other} was quicker." : "The alarm has ended.",
            statusCode: StatusCodes.Status409Conflict,
            title: "Already acknowledged");
    }

    private static Ok<IReadOnlyList<Alarm>> Active(IAlarms alarms, AlarmState state) =>
        TypedResults.Ok<IReadOnlyList<Alarm>>([.. alarms.Active.Where(a => a.State == state)]);

    private static JournalEntry Entry(JournalRow row) =>
        new(row.Event, row.At, row.RecordedAt, row.By, row.Note, row.State, row.Priority, row.Value, row.Limit);

    private static bool Number<T>(string text, out T number)
        where T : struct, IParsable<T> =>
        T.TryParse(text, CultureInfo.InvariantCulture, out number);

    private static ValidationProblem Invalid(string field, string message) =>
        TypedResults.ValidationProblem(new Dictionary<string, string[]> { [field] = [message] });

    private static ProblemHttpResult NotFound(long id) =>
        TypedResults.Problem($"There is no alarm {id}.", statusCode: StatusCodes.Status404NotFound, title: "Not found");
}
