using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Plantroom.Ingest.Tests.Influx;

/// <summary>An HTTP server that gives the answers that no real server gives when it is asked to.</summary>
internal sealed class FakeInflux : IAsyncDisposable
{
    private readonly WebApplication app;

    private FakeInflux(WebApplication app) => this.app = app;

    public Uri Url => new(app.Urls.First() + "/");

    /// <summary>What it says it is.</summary>
    public string? Version { get; set; } = "1.6.7";

    /// <summary>Answers everything but <c>/ping</c>.</summary>
    public Func<Asked, HttpResponse, Task> Answer { get; set; } = static (_, answer) => Say(answer, 204);

    /// <summary>What it was asked, but for <c>/ping</c>.</summary>
    public ConcurrentQueue<Asked> Requests { get; } = new();

    public static async Task<FakeInflux> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var fake = new FakeInflux(builder.Build());
        fake.app.Run(fake.ServeAsync);
        await fake.app.StartAsync(TestContext.Current.CancellationToken);
        return fake;
    }

    /// <summary>An answer with a body.</summary>
    public static Task Say(HttpResponse answer, int status, string body = "")
    {
        answer.StatusCode = status;
        return body.Length == 0 ? Task.CompletedTask : answer.WriteAsync(body);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        if (context.Request.Path == "/ping")
        {
            if (Version is not null) context.Response.Headers["X-Influxdb-Version"] = Version;
            context.Response.StatusCode = 204;
            return;
        }

        using var body = new StreamReader(context.Request.Body, Encoding.UTF8);
        var asked = new Asked(
            $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}", $"{context.Request.Headers.Authorization}", await body.ReadToEndAsync());
        Requests.Enqueue(asked);
        await Answer(asked, context.Response);
    }

    internal sealed record Asked(string Line, string Login, string Body);
}
