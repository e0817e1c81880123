using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Plantroom.Ingest.Http;

/// <summary>In which form an answer is wanted.</summary>
internal static class AnswerFormat
{
    /// <summary>Whether it is CSV: what the parameter says, otherwise what is accepted most, JSON when it makes no difference.</summary>
    public static bool IsCsv(HttpRequest request, string? format)
    {
        if (!string.IsNullOrEmpty(format)) return format == "csv";
        var accepted = request.GetTypedHeaders().Accept;
        return Wanted(accepted, "text/csv") > Wanted(accepted, "application/json");
    }

    /// <summary>How much a media type is wanted: 0 to 1; what only a wildcard allows is not asked for.</summary>
    private static double Wanted(IEnumerable<MediaTypeHeaderValue> accepted, string type) =>
        accepted.Where(a => a.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(static a => a.Quality ?? 1).DefaultIfEmpty(0).Max();
}
