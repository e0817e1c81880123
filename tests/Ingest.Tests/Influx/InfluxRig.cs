using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Delivery;
using Plantroom.Ingest.Influx;

namespace Plantroom.Ingest.Tests.Influx;

/// <summary>The writing side as the module makes it, against a server.</summary>
internal sealed class InfluxRig : IDisposable
{
    public InfluxRig(Uri url, string database, Action<InfluxOptions>? set = null, TimeProvider? clock = null)
    {
        var options = new InfluxOptions { Url = url.ToString(), Database = database };
        set?.Invoke(options);
        clock ??= TimeProvider.System;
        Connection = new(Options.Create(options), clock, ConnectionLog);
        Receiver = new(Connection, new(Connection, CreationLog), clock, ReceiverLog);
    }

    public InfluxConnection Connection { get; }

    public InfluxReceiver Receiver { get; }

    public Logs<InfluxConnection> ConnectionLog { get; } = new();

    public Logs<InfluxCreation> CreationLog { get; } = new();

    public Logs<InfluxReceiver> ReceiverLog { get; } = new();

    /// <summary>Everything that was logged.</summary>
    public IEnumerable<string> Logged =>
        [.. ConnectionLog.From(LogLevel.Trace).Concat(CreationLog.From(LogLevel.Trace)).Concat(ReceiverLog.From(LogLevel.Trace)).Select(l => l.Text)];

    public Task<Receipt> WriteAsync(params IEnumerable<string> lines) =>
        Receiver.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n"))), TestContext.Current.CancellationToken);

    public void Dispose() => Connection.Dispose();
}

/// <summary>Short forms of what tests ask of a receipt.</summary>
internal static class Receipts
{
    public static IReadOnlyList<string> RefusedTexts(this Receipt receipt) => [.. receipt.Refused.Select(r => Encoding.UTF8.GetString(r.Line.Span))];
}
