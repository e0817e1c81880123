using Microsoft.AspNetCore.Http;

namespace Plantroom.Energy.Meters;

/// <summary>Says that the store of readings cannot be asked, where an answer needs it.</summary>
internal sealed class StoreAwayFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        ArgumentNullException.ThrowIfNull(next);
        try
        {
            return await next(context);
        }
        catch (HistoryUnavailableException)
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status503ServiceUnavailable,
                title: "The store of readings cannot be asked",
                detail: "It cannot be reached or read at the moment; ask again later.");
        }
    }
}
