using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Plantroom.Maintenance.Storage;

namespace Plantroom.Maintenance.Reminders;

/// <summary>The reminders over HTTP.</summary>
internal static class RemindersApi
{
    private const int MostRows = 1000;
    private const int LongestName = 100;
    private const int LongestNote = 1000;

    private static readonly Dictionary<string, ReminderState?> States = new(StringComparer.Ordinal)
    {
        ["open"] = ReminderState.Open,
        ["done"] = ReminderState.Done,
        ["all"] = null,
    };

    public static void MapReminders(this IEndpointRouteBuilder routes)
    {
        var reminders = routes.MapGroup("/api/v1/maintenance/reminders").WithTags("Maintenance");
        reminders.MapGet("", ListAsync).WithName("ListMaintenanceReminders").WithSummary(
            "Preventive-maintenance reminders: open (default, longest overdue first), done or all (newest first)");
        reminders.MapPost("{id:long}/done", CompleteAsync).WithName("CompleteMaintenanceReminder").WithSummary(
            "Records the work of a reminder as done; the next interval counts from today");
    }

    private static async Task<Results<Ok<IReadOnlyList<ReminderView>>, ValidationProblem>> ListAsync(
        ReminderBook book, CancellationToken cancellationToken, string state = "open", int limit = 200)
    {
        var errors = new Dictionary<string, string[]>();
        if (!States.TryGetValue(state, out var wanted)) errors["state"] = ["must be open, done or all"];
        if (limit is < 1 or > MostRows) errors["limit"] = [$"must be from 1 to {MostRows}"];
        if (errors.Count > 0) return TypedResults.ValidationProblem(errors);
        var rows = await book.ListAsync(wanted, limit, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<ReminderView>>([.. rows.Select(ReminderView.Of)]);
    }

    private static async Task<Results<Ok<ReminderView>, ValidationProblem, ProblemHttpResult>> CompleteAsync(
        long id, [FromBody] CompletionRequest? request, ReminderBook book, CancellationToken cancellationToken)
    {
        var by = request?.By?.Trim() ?? "";
        var errors = new Dictionary<string, string[]>();
        if (by.Length is 0 or > LongestName) errors["by"] = [$"must have 1 to {LongestName} characters"];
        if (request?.Note is { Length: > LongestNote }) errors["note"] = [$"must have at most {LongestNote} characters"];
        if (errors.Count > 0) return TypedResults.ValidationProblem(errors);

        var (outcome, row) = await book.CompleteAsync(id, by, request?.Note, cancellationToken);
        return outcome switch
        {
            CompletionOutcome.Recorded or CompletionOutcome.RecordedBefore => TypedResults.Ok(ReminderView.Of(row!)),
            CompletionOutcome.NotFound => Problem(StatusCodes.Status404NotFound, $"There is no reminder {id}."),
            CompletionOutcome.Withdrawn => Problem(StatusCodes.Status409Conflict, $"Reminder {id} was withdrawn: the site model no longer asks for it."),
            _ => Problem(StatusCodes.Status409Conflict, $"Reminder {id} was already recorded as done by {row!.ClosedBy}."),
        };
    }

    private static ProblemHttpResult Problem(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
}

/// <summary>The work of a reminder was done.</summary>
/// <param name="By">Who did it, 1 to 100 characters.</param>
/// <param name="Note">What that person wants to say, at most 1,000 characters.</param>
internal sealed record CompletionRequest(string? By, string? Note);

/// <summary>A reminder as the interface tells it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Equipment"><c>site/equipment</c>.</param>
/// <param name="Task">What is to be done.</param>
/// <param name="DueOn">The day it was due, in the site's time zone.</param>
/// <param name="RaisedAt">UTC.</param>
/// <param name="State"><c>open</c>, <c>done</c> or <c>withdrawn</c>.</param>
/// <param name="ClosedAt">When it was done or withdrawn, UTC.</param>
/// <param name="DoneBy">Who did it.</param>
/// <param name="Note">What that person said.</param>
internal sealed record ReminderView(
    long Id, string Equipment, LocalizedText Task, DateOnly DueOn, DateTime RaisedAt, string State, DateTime? ClosedAt, string? DoneBy, string? Note)
{
    public static ReminderView Of(ReminderRow row) => new(
        row.Id,
        row.EquipmentId.ToString(),
        new(row.TaskZhCn, row.TaskEn),
        row.DueOn,
        row.RaisedAt,
        row.State switch { ReminderState.Open => "open", ReminderState.Done => "done", _ => "withdrawn" },
        row.ClosedAt,
        row.ClosedBy,
        row.Note);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(IReadOnlyList<ReminderView>))]
[JsonSerializable(typeof(CompletionRequest))]
internal sealed partial class MaintenanceJson : JsonSerializerContext;
