using System.Collections.Concurrent;

namespace Plantroom.Mqtt.Broker.Listening;

/// <summary>The connections of a broker: how many there may be, and when the last one has ended.</summary>
internal sealed class Connections(BrokerState broker)
{
    private readonly ConcurrentDictionary<Connection, bool> open = new();
    private readonly ConcurrentDictionary<Task, bool> running = new();

    /// <summary>Those that have left the handshakes of their transport behind them.</summary>
    public IEnumerable<Connection> Open => open.Keys;

    /// <summary>Whether not even a refusal is afforded for one more.</summary>
    public bool AreTooMany => broker.Counters.Snapshot.Connections >= broker.Options.MaximumConnections + Listener.Backlog;

    /// <summary>Runs a connection to its end; does not throw.</summary>
    /// <param name="wire">Closed at its end.</param>
    /// <param name="stopping">Ends it because the broker stops.</param>
    public Task RunAsync(Wire wire, CancellationToken stopping)
    {
        var connection = new Connection(wire, broker);
        return Track(() => RunAsync(connection, stopping));
    }

    /// <summary>The same for one that must come to terms about TLS first.</summary>
    /// <param name="secure">Makes its wire; null when that failed.</param>
    /// <param name="stopping">Ends it because the broker stops.</param>
    public Task RunAsync(Func<ValueTask<Wire?>> secure, CancellationToken stopping) =>
        Track(async () =>
        {
            if (await secure() is { } wire) await RunAsync(new Connection(wire, broker), stopping);
        });

    /// <summary>Completes when all that run now have ended.</summary>
    public Task WhenAllEnded() => Task.WhenAll(running.Keys);

    private Task Track(Func<Task> run)
    {
        broker.Counters.Connected();
        var task = Task.Run(() => RunToEndAsync(run));
        running[task] = true;
        _ = task.ContinueWith(
            ended => running.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }

    private async Task RunToEndAsync(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception exception)
        {
            // A defect at its end: nobody else would see it.
            broker.Log.Failed("(ending)", exception);
        }
        finally
        {
            broker.Counters.Disconnected();
        }
    }

    private async Task RunAsync(Connection connection, CancellationToken stopping)
    {
        open[connection] = true;
        try
        {
            await using var stop = stopping.UnsafeRegister(Stop, connection);
            await connection.RunAsync();
        }
        finally
        {
            open.TryRemove(connection, out _);
            connection.Dispose();
        }
    }

    private static void Stop(object? connection) =>
        ((Connection)connection!).Close(Codec.Reason.ServerShuttingDown, "the broker is stopping");
}
