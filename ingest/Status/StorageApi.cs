using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Plantroom.Ingest.Status;

/// <summary><c>/api/v1/storage</c>: how the store of readings is doing.</summary>
internal static class StorageApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/storage", Get)
            .WithTags("Storage")
            .WithSummary("How the store of readings is doing: whether they are kept, what they take, what waits for a remote store")
            .Produces<StorageStatus>()
            .WithDescription("What is not known, or does not apply, is left out. Sizes are in bytes, times in UTC.");

    private static JsonHttpResult<StorageStatus> Get(IStorageStatus status) =>
        TypedResults.Json(status.Current, StorageJson.Answers.StorageStatus);
}

/// <summary>The documented form, whatever the host does with other answers.</summary>
[JsonSerializable(typeof(StorageStatus))]
internal sealed partial class StorageJson : JsonSerializerContext
{
    /// <summary>camelCase, without members that are null.</summary>
    public static StorageJson Answers { get; } = new(new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
