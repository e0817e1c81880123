using Quartz;

namespace Plantroom.Alerts.Rain;

/// <summary>Brings the rain warnings up to date, each minute.</summary>
internal sealed class RainWarningJob(RainWarnings warnings) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await warnings.UpdateAsync(cancellationToken);
}
