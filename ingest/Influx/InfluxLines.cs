namespace Plantroom.Ingest.Influx;

/// <summary>Reads an answer line by line: each is one JSON object. For one thread.</summary>
internal sealed class InfluxLines(InfluxConnection connection, HttpResponseMessage answer) : IDisposable
{
    private byte[] buffer = new byte[64 * 1024];
    private Stream? stream;
    private int from;
    private int to;

    /// <summary>The next line, valid until the one after it; null at the end.</summary>
    /// <exception cref="TimeoutException">The server was silent for too long.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellationToken)
    {
        stream ??= await answer.Content.ReadAsStreamAsync(cancellationToken);
        for (var looked = from; ;)
        {
            var end = buffer.AsSpan(looked, to - looked).IndexOf((byte)'\n');
            if (end >= 0)
            {
                var line = buffer.AsMemory(from, looked + end - from);
                from = looked + end + 1;
                if (!line.IsEmpty) return line;
                looked = from;
                continue;
            }

            looked = to;
            if (from > 0)
            {
                buffer.AsSpan(from, to - from).CopyTo(buffer);
                (looked, to, from) = (looked - from, to - from, 0);
            }

            if (to == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var read = await ReadAsync(stream, cancellationToken);
            if (read > 0)
            {
                to += read;
                continue;
            }

            var rest = buffer.AsMemory(from, to - from);
            from = to;
            return rest.IsEmpty ? null : new ReadOnlyMemory<byte>?(rest);
        }
    }

    public void Dispose() => stream?.Dispose();

    private async ValueTask<int> ReadAsync(Stream open, CancellationToken cancellationToken)
    {
        var reading = open.ReadAsync(buffer.AsMemory(to), cancellationToken);
        if (reading.IsCompletedSuccessfully) return reading.Result;
        using var patience = connection.NewPatience();
        using var giveUp = patience.Token.UnsafeRegister(static s => ((Stream)s!).Dispose(), open);
        try
        {
            return await reading;
        }
        catch (Exception) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"the answer broke off for {connection.Timeout.TotalSeconds:0.###} s");
        }
    }
}
