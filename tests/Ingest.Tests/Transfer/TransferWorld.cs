using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Plantroom.Ingest.Commit;
using Plantroom.Ingest.Transfer;
using Plantroom.TestKit;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Ingest.Tests.Transfer;

/// <summary>A store in a folder of its own, with what exports it and imports into it, registered as the module does it.</summary>
internal sealed class TransferWorld : IDisposable
{
    private readonly TempFolder temp = new();
    private readonly IHost host;

    /// <summary>Makes it.</summary>
    /// <param name="facility">The site model.</param>
    /// <param name="change">Replaces what a test needs otherwise.</param>
    public TransferWorld(Facility facility, Action<IServiceCollection>? change = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton<TimeProvider>(new ManualClock());
        builder.Services.AddSingleton<IFacilitySource>(new FakeFacilitySource(facility));
        builder.Services.AddSingleton(new DataFolder(temp.Path));
        builder.AddIngest();
        change?.Invoke(builder.Services);
        host = builder.Build();
        Export.Prepare();
    }

    public HistoryExport Export => host.Services.GetRequiredService<HistoryExport>();

    public HistoryImport Import => host.Services.GetRequiredService<HistoryImport>();

    public IHistory History => host.Services.GetRequiredService<IHistory>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string File(string name) => temp.File(name);

    public void Write(params Reading[] readings)
    {
        var group = new CommitGroup();
        group.Add(new ReadingBatch(readings));
        host.Services.GetRequiredService<IReadingKeeper>().Commit(group);
    }

    public async Task<byte[]> ExportedAsync(TransferFormat format, string points = "*")
    {
        using var output = new MemoryStream();
        await Export.ToStreamAsync(new(points, new(DateTime.UnixEpoch, new(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc)), format), output, null, Cancel);
        return output.ToArray();
    }

    public (ImportState State, List<ImportFault> Faults) Imported(TransferFormat format, byte[] bytes, bool keepUnknown = false)
    {
        var faults = new List<ImportFault>();
        using var input = new MemoryStream(bytes);
        return (Import.FromStream(new(format, keepUnknown), input, faults.Add, null, Cancel), faults);
    }

    public void Dispose()
    {
        host.Dispose();
        temp.Dispose();
    }
}
