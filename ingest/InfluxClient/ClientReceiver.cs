using System.Net;
using System.Text;
using InfluxDB.Client.Api.Domain;
using InfluxDB.Client.Core.Exceptions;
using Plantroom.Ingest.Delivery;
using Plantroom.Ingest.Influx;

namespace Plantroom.Ingest.InfluxClient;

/// <summary>Hands lines to InfluxDB 2.x through InfluxDB.Client. May be called from several threads.</summary>
internal sealed class ClientReceiver(ClientConnection connection) : ILineReceiver
{
    public async Task<Receipt> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        if (lines.IsEmpty) return Receipt.Taken;
        var verdict = await SendAsync(lines, cancellationToken);
        if (verdict.Kind is VerdictKind.Missing && await connection.MakeBucketAsync(cancellationToken))
            verdict = await SendAsync(lines, cancellationToken);
        return verdict.Kind switch
        {
            VerdictKind.Taken => Receipt.Taken,
            VerdictKind.NotNow or VerdictKind.NotAllowed or VerdictKind.Missing or VerdictKind.NoSuchPath =>
                Receipt.NotNow(verdict.Reason, verdict.RetryAfter),
            _ => await new LineSieve(some => SendAsync(some, cancellationToken)).SiftAsync(lines, verdict),
        };
    }

    private async Task<Verdict> SendAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        try
        {
            // The library takes texts only.
            var text = Encoding.UTF8.GetString(lines.Span);
            await connection.Client.GetWriteApiAsync().WriteRecordAsync(text, WritePrecision.Ns, cancellationToken: cancellationToken);
            return new(VerdictKind.Taken);
        }
        catch (HttpException e) when (e.Status >= 300)
        {
            return Verdict.Of((HttpStatusCode)e.Status, e.Message, e.RetryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        }
        catch (Exception e) when (ClientConnection.IsFailure(e) && !cancellationToken.IsCancellationRequested)
        {
            return new(VerdictKind.NotNow, e.Message);
        }
    }
}
