using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Plantroom.Ingest.Delivery;

/// <summary>
/// Carries batches to the remote store and back again when it does not take them. All of it happens in turns, on one thread at a time;
/// requests run beside it.
/// </summary>
/// <remarks>
/// <code>
/// one turn: what came back -> what is too old -> what goes next -> the cursor -> how it is
/// </code>
/// Two requests may be on their way, one of them at most with backlog, so that live readings never wait behind it. While the store does not
/// take anything there is one at a time, with growing pauses.
/// </remarks>
internal sealed partial class Courier(
    Spool spool,
    ILineReceiver receiver,
    DeliveryMonitor monitor,
    DataFolder folder,
    IngestMetrics metrics,
    IOptions<SpoolOptions> options,
    TimeProvider clock,
    ILogger<Courier> logger)
{
    /// <summary>Two keep a server busy: it works on one while the other travels.</summary>
    private const int MaxRequests = 2;

    /// <summary>How often the cursor is written: what was delivered since then is delivered again after a crash.</summary>
    private static readonly TimeSpan TidyEvery = TimeSpan.FromSeconds(1);

    private readonly Stack<SpoolBuffer> buffers = new([new SpoolBuffer(), new SpoolBuffer()]);
    private readonly List<Request> requests = [];
    private readonly DeliveryLanes lanes = new(spool.Book, options, clock);
    private readonly BackOff backOff = new(clock, Random.Shared);
    private readonly RefusedFolder refusedLines = new(Path.Combine(folder.Spool, "refused"));
    private string? notDelivering;
    private long refusedReadings;
    private bool isTidy = true;
    private long tidied;

    /// <summary>Called when there is reason for another turn. Must not block.</summary>
    public Action? Wake { get; set; }

    /// <summary>How many requests are not answered.</summary>
    public int OnTheWay => requests.Count;

    /// <summary>Does everything that can be done now, and says how long to wait for more at most.</summary>
    public TimeSpan Turn(CancellationToken stop)
    {
        foreach (var request in requests.Where(static r => r.Answer.IsCompleted).ToList()) Answered(request);
        Expire();
        var wait = Send(stop);
        Tidy(force: false);
        Report();
        return wait < TidyEvery ? TimeSpan.FromMilliseconds(Math.Max(1, wait.Value.TotalMilliseconds)) : TidyEvery;
    }

    private TimeSpan? Send(CancellationToken stop)
    {
        while (requests.Count < (backOff.IsAway ? 1 : MaxRequests))
        {
            if (backOff.Remaining is var pause && pause > TimeSpan.Zero) return pause;
            var lines = buffers.Pop();
            TimeSpan? wait = null;
            if (Read(lines, ref wait) is not { } batch)
            {
                buffers.Push(lines);
                return wait;
            }

            requests.Add(new(batch, clock.GetTimestamp(), SendAsync(batch, stop)));
        }

        return null;
    }

    /// <summary>Reads the next batch that has readings.</summary>
    private SpoolBatch? Read(SpoolBuffer lines, ref TimeSpan? wait)
    {
        try
        {
            while (lanes.Next(requests.TrueForAll(static r => r.Batch.Portion.IsLive), backOff.IsAway, lines, out wait) is { } batch)
            {
                if (batch.Damaged.Count > 0) spool.SetAside(batch.Portion.Segment, batch.Damaged);
                if (batch.Readings > 0) return batch;
                spool.Book.Done(batch.Portion, 0);
                isTidy = false;
            }
        }
        catch (IOException e)
        {
            Fails($"the spool cannot be read: {e.Message}", null);
            wait = backOff.Remaining;
        }

        return null;
    }

    /// <summary>The turn that follows is to find the answer: what wakes comes behind the end of the task and not before.</summary>
    private Task<Receipt> SendAsync(SpoolBatch batch, CancellationToken stop)
    {
        var answer = receiver.WriteAsync(batch.Lines.Written, stop);
        _ = answer.ContinueWith(
            static (_, courier) => ((Courier)courier!).Wake?.Invoke(),
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return answer;
    }

    private void Answered(Request request)
    {
        requests.Remove(request);
        buffers.Push(request.Batch.Lines);
        var receipt = request.Answer.GetAwaiter().GetResult();
        metrics.Answered(clock.GetElapsedTime(request.Sent), receipt.Away is null);
        var (portion, readings) = (request.Batch.Portion, request.Batch.Readings);
        var (away, refused) = (receipt.Away, 0);
        if (away is null && receipt.Refused.Count > 0) (away, refused) = SetAside(receipt.Refused);
        if (away is not null)
        {
            spool.Book.Returned(portion, readings);

            // One that was on its way when another failed tells nothing new.
            if (!backOff.IsAway || request.Sent > backOff.Since) Fails(away, receipt.RetryAfter);
            return;
        }

        if (backOff.Works()) LogDelivers();
        notDelivering = null;
        spool.Book.Done(portion, readings);
        metrics.Delivered(Math.Max(0, readings - refused), portion.IsLive);
        isTidy = false;
    }

    /// <summary>What cannot be set aside is not done with: it is handed over, and refused, again.</summary>
    private (string? Away, int Readings) SetAside(IReadOnlyList<RefusedLine> lines)
    {
        try
        {
            var readings = refusedLines.Write(lines, clock.GetUtcNow().UtcDateTime);
            refusedReadings += readings;
            metrics.Refused(readings);
            LogRefused(readings, lines[0].Reason);
            return (null, readings);
        }
        catch (IOException e)
        {
            return ($"lines that it refused cannot be set aside: {e.Message}", 0);
        }
    }

    private void Fails(string reason, TimeSpan? retryAfter)
    {
        backOff.Fails(retryAfter);
        metrics.DeliveryFailed();
        if (notDelivering != reason) LogFails(reason);
        notDelivering = reason;
    }

    private void Expire()
    {
        if (options.Value.MaxAge is not { } age) return;
        var expired = spool.Book.Expire((clock.GetUtcNow() - age).ToUnixTimeMilliseconds());
        if (expired == 0) return;
        metrics.Expired(expired);
        LogExpired(expired, age);
        isTidy = false;
    }

    /// <summary>Not after every batch: a cursor that is a second old costs that second's readings to be delivered again, after a crash.</summary>
    private void Tidy(bool force)
    {
        if ((isTidy && !spool.Book.HasDone) || (!force && clock.GetElapsedTime(tidied) < TidyEvery)) return;
        tidied = clock.GetTimestamp();
        try
        {
            spool.Tidy();
            isTidy = true;
        }
        catch (IOException e)
        {
            LogNotTidied(e.Message);
        }
    }

    private void Report()
    {
        var waiting = spool.Book.Readings;
        monitor.Current = new(notDelivering, waiting, spool.Book.Bytes, waiting == 0 ? null : lanes.OldestArrival(), refusedReadings)
        {
            LimitBytes = (long)options.Value.MaxMegabytes << 20,
        };
    }

    /// <summary>Requests that are cancelled have a moment to come back, so that what was taken is known.</summary>
    public async Task EndAsync()
    {
        Task all = Task.WhenAll(requests.Select(static r => r.Answer));
        await all.WaitAsync(TidyEvery, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var request in requests.Where(static r => r.Answer.IsCompletedSuccessfully).ToList()) Answered(request);
        Tidy(force: true);
        Report();
    }

    private sealed record Request(SpoolBatch Batch, long Sent, Task<Receipt> Answer);

    [LoggerMessage(LogLevel.Warning, "Readings are not delivered: {Reason}. They are kept in the spool; it is tried again until it works")]
    private partial void LogFails(string reason);

    [LoggerMessage(LogLevel.Information, "Readings are delivered again")]
    private partial void LogDelivers();

    [LoggerMessage(LogLevel.Warning, "The store refused {Readings} readings, which are set aside in the folder 'refused' of the spool: {Reason}")]
    private partial void LogRefused(int readings, string reason);

    [LoggerMessage(LogLevel.Error, "Removed {Readings} readings from the spool without delivering them: they waited for longer than {Age}")]
    private partial void LogExpired(long readings, TimeSpan age);

    [LoggerMessage(LogLevel.Warning, "What is delivered could not be written down: {Reason}. It is tried again")]
    private partial void LogNotTidied(string reason);
}
