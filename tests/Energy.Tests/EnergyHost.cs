using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Plantroom.Energy.Tests;

/// <summary>The module in a host of its own, on a free port.</summary>
internal sealed class EnergyHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http = new();

    private EnergyHost(Model model, (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddProblemDetails();
        builder.Services.AddSingleton<IHistory>(model.History).AddSingleton(model.Source);
        builder.AddEnergy();

        // As unlike the documented form as a host can set it for all its answers.
        builder.Services.ConfigureHttpJsonOptions(static json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.KebabCaseUpper;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        app = builder.Build();
        app.MapEnergy();
    }

    public IServiceProvider Services => app.Services;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<EnergyHost> StartAsync(Model model, params (string Key, string Value)[] settings)
    {
        var host = new EnergyHost(model, settings);
        await host.app.StartAsync(Cancel);
        host.http.BaseAddress = new Uri(host.app.Urls.Single());
        return host;
    }

    public async Task<JsonElement> GetAsync(string path, int status = 200)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        Assert.Equal(status, (int)response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    /// <summary>The fields that a refusal names.</summary>
    public async Task<string[]> RefusedAsync(string path)
    {
        var problem = await GetAsync(path, 400);
        return [.. problem.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(Cancel);
        await app.DisposeAsync();
        http.Dispose();
    }
}
