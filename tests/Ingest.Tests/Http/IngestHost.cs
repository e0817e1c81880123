using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Plantroom.TestKit;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Ingest.Tests.Http;

/// <summary>The module in a host of its own, on a free port.</summary>
internal sealed class IngestHost : IAsyncDisposable
{
    private readonly TempFolder temp = new();
    private readonly WebApplication app;
    private readonly InMemoryBus<ReadingBatch> bus = new();

    private IngestHost(IHistory? other, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddProblemDetails();

        // The readings of the tests are of its day; by a later one the clean-up would remove them.
        builder.Services.AddSingleton<TimeProvider>(new ManualClock());
        builder.Services.AddSingleton<IBus<ReadingBatch>>(bus);
        builder.Services.AddSingleton(new DataFolder(temp.Path));
        builder.Services.AddSingleton<ISystemAlarms, Plantroom.TestKit.Fakes.FakeSystemAlarms>();
        builder.Services.AddSingleton<IFacilitySource>(Facility);
        builder.AddIngest();
        if (other is not null) builder.Services.AddSingleton(other);

        // As unlike the documented form as a host can set it for all its answers.
        builder.Services.ConfigureHttpJsonOptions(static json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.KebabCaseUpper;
            json.SerializerOptions.DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.Never;
            json.SerializerOptions.WriteIndented = true;
        });
        app = builder.Build();
        app.MapIngest();
        app.MapHealthChecks("/health/ready");
    }

    public IServiceProvider Services => app.Services;

    public HttpClient Http { get; } = new();

    /// <summary>The site model; empty at first.</summary>
    public FakeFacilitySource Facility { get; } = new(Plantroom.Facility.Empty);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Task<IngestHost> StartAsync(params (string Key, string Value)[] settings) => StartAsync(null, settings);

    /// <summary>With another store to ask than the one that keeps.</summary>
    public static async Task<IngestHost> StartAsync(IHistory? other, params (string Key, string Value)[] settings)
    {
        var host = new IngestHost(other, settings);
        await host.app.StartAsync(Cancel);
        host.Http.BaseAddress = new Uri(host.app.Urls.Single());
        return host;
    }

    /// <summary>Sends readings through the bus and waits until they are kept.</summary>
    public async Task PublishAsync(params Reading[] readings)
    {
        var kept = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var owed = new Acknowledgement(static (kept, _) => ((TaskCompletionSource)kept).SetResult(), kept, 0);
        await bus.PublishAsync(new ReadingBatch(readings, new[] { owed }), Cancel);
        await kept.Task.WaitAsync(Cancel);
    }

    public async Task<JsonElement> GetAsync(string path, int status = 200)
    {
        using var response = await Http.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        Assert.Equal(status, (int)response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    public async Task<string> TextAsync(string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await Http.SendAsync(request, Cancel);
        Assert.Equal(200, (int)response.StatusCode);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    /// <summary>The fields that a refusal names.</summary>
    public async Task<string[]> RefusedAsync(string path)
    {
        var problem = await GetAsync(path, 400);
        return [.. problem.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        bus.Complete();
        await app.StopAsync(Cancel);
        await app.DisposeAsync();
        Http.Dispose();
        temp.Dispose();
    }
}
