using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Plantroom.Ingest.Delivery;

namespace Plantroom.Ingest.Influx;

/// <summary>Hands lines to InfluxDB, or to another server that takes its line protocol, over HTTP. May be called from several threads.</summary>
internal sealed partial class InfluxReceiver(
    InfluxConnection connection, InfluxCreation creation, TimeProvider clock, ILogger<InfluxReceiver> log) : ILineReceiver
{
    private static readonly MediaTypeHeaderValue Text = new("text/plain", "utf-8");

    /// <summary>More bytes than this at once the server has not taken.</summary>
    private volatile int largest = int.MaxValue;

    private volatile string? complaint;

    /// <summary>
    /// Whether the last request was taken. Else the next one waits to be asked for its lines: a server that refuses without reading them
    /// closes the connection, and its answer is lost when they are still being sent.
    /// </summary>
    private volatile bool welcome;

    private MemoryStream? spare;

    public async Task<Receipt> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        if (lines.Length < largest) return await WriteOnceAsync(lines, cancellationToken);
        var refused = new List<RefusedLine>();
        while (!lines.IsEmpty)
        {
            var part = Part(lines);
            var receipt = await WriteOnceAsync(lines[..part], cancellationToken);
            if (receipt.Away is not null) return receipt;
            refused.AddRange(receipt.Refused);
            lines = lines[part..];
        }

        return refused.Count == 0 ? Receipt.Taken : new(null, null, refused);
    }

    /// <summary>As many whole lines as are half as large as what was too large, at least one.</summary>
    private int Part(ReadOnlyMemory<byte> lines)
    {
        var most = Math.Min(lines.Length, Math.Max(1, largest / 2));
        if (most == lines.Length) return most;
        var end = lines.Span[..most].LastIndexOf((byte)'\n');
        if (end < 0) end = lines.Span.IndexOf((byte)'\n');
        return end < 0 ? lines.Length : end + 1;
    }

    private async Task<Receipt> WriteOnceAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        if (lines.IsEmpty) return Receipt.Taken;
        var verdict = await SendAsync(lines, true, cancellationToken);
        switch (verdict.Kind)
        {
            case VerdictKind.Taken:
                if (Interlocked.Exchange(ref complaint, null) is not null) LogTakesAgain(connection.Address);
                return Receipt.Taken;
            case VerdictKind.NotNow or VerdictKind.NotAllowed or VerdictKind.Missing or VerdictKind.NoSuchPath:
                connection.Forget();
                if (verdict.Kind is not VerdictKind.NotNow && Interlocked.Exchange(ref complaint, verdict.Reason) != verdict.Reason)
                    LogComplaint(connection.Address, verdict.Reason);
                return Receipt.NotNow(verdict.Reason, verdict.RetryAfter);
        }

        var sieve = new LineSieve(some => SendAsync(some, true, cancellationToken));
        var receipt = await sieve.SiftAsync(lines, verdict);
        if (sieve.TooLarge is { } limit) largest = Math.Min(largest, limit);
        return receipt;
    }

    private static Verdict Because(Verdict verdict, string what, string settings) =>
        verdict with { Reason = $"It {what}: {verdict.Reason}; see {settings}" };

    /// <summary>Hands over lines once, or twice when what they are to be kept in had to be made first.</summary>
    private async Task<Verdict> SendAsync(ReadOnlyMemory<byte> lines, bool make, CancellationToken cancellationToken)
    {
        try
        {
            var v2 = (await connection.PeerAsync(cancellationToken)).V2;
            var verdict = await PostAsync(lines, v2, cancellationToken);
            if (verdict.Kind is VerdictKind.Missing && make && await creation.MakeAsync(verdict.Reason, cancellationToken))
                return await SendAsync(lines, false, cancellationToken);
            return verdict.Kind switch
            {
                VerdictKind.NotAllowed => Because(verdict, "does not let us in", "Influx:TokenFile, Influx:UserName"),
                VerdictKind.NoSuchPath => Because(verdict, v2 ? "has no /api/v2/write" : "has no /write", "Influx:Url, Influx:Api"),
                VerdictKind.Garbled when !await IsWellAsync(cancellationToken) => verdict with { Kind = VerdictKind.NotNow },
                _ => verdict,
            };
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException or IOException)
        {
            return new(VerdictKind.NotNow, $"{connection.Address}: {connection.Clean((e.InnerException ?? e).Message)}");
        }
    }

    private async Task<Verdict> PostAsync(ReadOnlyMemory<byte> lines, bool v2, CancellationToken cancellationToken)
    {
        var packed = connection.Gzip ? Pack(lines) : null;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, connection.Target.WritePath(v2));
            request.Content = new ReadOnlyMemoryContent(packed is null ? lines : packed.GetBuffer().AsMemory(0, (int)packed.Length));
            request.Content.Headers.ContentType = Text;
            if (!welcome) request.Headers.ExpectContinue = true;
            welcome = false;
            if (packed is not null) request.Content.Headers.ContentEncoding.Add("gzip");
            using var answer = await connection.SendAsync(request, v2, cancellationToken);
            if (answer.StatusCode is HttpStatusCode.NoContent)
            {
                welcome = true;
                return new(VerdictKind.Taken);
            }

            var message = await connection.MessageAsync(answer, cancellationToken);
            return Verdict.Of(answer.StatusCode, message, InfluxAnswer.RetryAfter(answer, clock));
        }
        finally
        {
            if (packed is not null) Interlocked.Exchange(ref spare, packed);
        }
    }

    /// <summary>Whether the server behind a proxy answers.</summary>
    private async Task<bool> IsWellAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "ping");
        using var pong = await connection.SendAsync(request, false, cancellationToken);
        return pong.IsSuccessStatusCode;
    }

    private MemoryStream Pack(ReadOnlyMemory<byte> lines)
    {
        var packed = Interlocked.Exchange(ref spare, null) ?? new MemoryStream(lines.Length / 4);
        packed.SetLength(0);
        using var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true);
        gzip.Write(lines.Span);
        return packed;
    }

    [LoggerMessage(LogLevel.Error, "InfluxDB at {Address} takes no readings, they are kept here until it does. {Reason}")]
    private partial void LogComplaint(string address, string reason);

    [LoggerMessage(LogLevel.Information, "InfluxDB at {Address} takes readings again")]
    private partial void LogTakesAgain(string address);
}
