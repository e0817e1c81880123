using Microsoft.Extensions.Hosting;
using Plantroom.Yaml;

namespace Plantroom.Gateway;

/// <summary>Reads the site model again when its file has changed.</summary>
internal sealed class SiteModelReload(SiteFolder folder, SiteModel model, TimeProvider time) : IHostedService, IDisposable
{
    private WatchedFolder? watched;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        watched = new(folder.Path, Path.GetFileName(folder.Facility), time, model.Reload);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => watched?.Dispose();
}
