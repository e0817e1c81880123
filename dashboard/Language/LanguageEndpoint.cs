using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Plantroom.Dashboard.Language;

/// <summary><c>GET /language/{tag}?return=/path</c>: keeps the choice in a cookie for a year and goes back.</summary>
internal static class LanguageEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/language/{tag}", Choose).ExcludeFromDescription();

    internal static Results<RedirectHttpResult, ValidationProblem> Choose(string tag, string? @return, HttpContext http)
    {
        if (UiLanguage.Find(tag) is not { } language)
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["tag"] = ["Must be zh-CN or en."] });
        if (!IsLocal(@return ?? "/"))
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["return"] = ["Must be a path of this service."] });

        var cookie = new CookieOptions
        {
            MaxAge = TimeSpan.FromDays(365), HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps,
        };
        http.Response.Cookies.Append(UiLanguage.Cookie, language.Tag, cookie);
        return TypedResults.LocalRedirect(@return ?? "/");
    }

    /// <summary>A path of our own: browsers read <c>//host</c> and <c>/\host</c> as another server.</summary>
    private static bool IsLocal(string path) =>
        path.StartsWith('/') && (path.Length == 1 || path[1] is not ('/' or '\\')) && !path.Any(char.IsControl);
}
