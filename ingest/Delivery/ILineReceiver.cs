namespace Plantroom.Ingest.Delivery;

/// <summary>A remote store that takes line protocol: InfluxDB over HTTP, or through InfluxDB.Client.</summary>
internal interface ILineReceiver
{
    /// <summary>Hands over lines, once; the caller tries again what was not taken. Writing the same lines again changes nothing.</summary>
    /// <param name="lines">Whole lines of line protocol, each with its end; times in nanoseconds.</param>
    /// <param name="cancellationToken">Ends the attempt; the lines may have been taken all the same.</param>
    /// <returns>What became of them. Does not throw for anything that the server, the network or the lines can cause.</returns>
    Task<Receipt> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken);
}

/// <summary>What became of lines.</summary>
/// <param name="Away">Why nothing can be said of them yet: they are to be handed over again. Null when they are done with.</param>
/// <param name="RetryAfter">How long the server asks to wait before that; null when it does not say.</param>
/// <param name="Refused">The lines that the server will never take, with its reason; all others were taken.</param>
internal sealed record Receipt(string? Away, TimeSpan? RetryAfter, IReadOnlyList<RefusedLine> Refused)
{
    /// <summary>All of them were taken.</summary>
    public static Receipt Taken { get; } = new(null, null, []);

    /// <summary>The server cannot be reached, is busy, or does not let us in.</summary>
    public static Receipt NotNow(string reason, TimeSpan? retryAfter = null) => new(reason, retryAfter, []);
}

/// <summary>A line that a server refused for good.</summary>
/// <param name="Line">Without its end.</param>
/// <param name="Reason">In the server's words; no secrets.</param>
internal readonly record struct RefusedLine(ReadOnlyMemory<byte> Line, string Reason);
