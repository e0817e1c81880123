using Plantroom.Ingest.Delivery;

namespace Plantroom.Ingest.Influx;

/// <summary>
/// Finds the lines of a batch that the server refuses: by its words where they tell, else by handing over halves again and again until
/// single lines are left. That is harmless, as writing a line twice changes nothing. For one batch.
/// </summary>
/// <param name="send">Hands over lines once.</param>
internal sealed class LineSieve(Func<ReadOnlyMemory<byte>, Task<Verdict>> send)
{
    /// <summary>
    /// How many requests one batch may cost: enough for about 30 bad lines of 5,000 whose reasons say nothing, in about a second.
    /// </summary>
    public const int MaxRequests = 400;

    private readonly Stack<List<ReadOnlyMemory<byte>>> work = new();
    private readonly List<RefusedLine> refused = [];
    private readonly List<RefusedLine> unclear = [];
    private int requests;
    private bool taken;

    /// <summary>The smallest size, in bytes, that the server has found too large; null when none was.</summary>
    public int? TooLarge { get; private set; }

    /// <summary>Goes on after a first answer that says that something is wrong with the lines.</summary>
    public async Task<Receipt> SiftAsync(ReadOnlyMemory<byte> lines, Verdict first)
    {
        work.Push(RefusedLines.Cut(lines));
        Verdict? known = first;
        while (work.TryPop(out var piece))
        {
            if (piece.Count == 0) continue;
            var text = known is null ? Join(piece) : lines;
            var verdict = known ?? await send(text);
            requests++;
            known = null;
            switch (verdict.Kind)
            {
                case VerdictKind.Taken:
                    taken = true;
                    break;
                case VerdictKind.TooLarge:
                    TooLarge = Math.Min(TooLarge ?? int.MaxValue, text.Length);
                    Split(piece, verdict, refused);
                    break;
                case VerdictKind.Garbled when piece.Count > 1 && requests < MaxRequests:
                    Split(piece, verdict, refused);
                    break;
                case VerdictKind.Refused:
                    Judge(piece, verdict);
                    break;
                case VerdictKind.Unclear:
                    Split(piece, verdict, unclear);
                    break;
                default:
                    return Receipt.NotNow(verdict.Reason, verdict.RetryAfter);
            }
        }

        // When not one line gets through, it is not the lines that are wrong.
        if (unclear.Count > 0 && !taken && refused.Count == 0) return Receipt.NotNow(unclear[0].Reason);
        return new(null, null, [.. refused, .. unclear]);
    }

    private static byte[] Join(List<ReadOnlyMemory<byte>> lines)
    {
        var text = new byte[lines.Sum(static l => l.Length + 1)];
        var at = 0;
        foreach (var line in lines)
        {
            line.Span.CopyTo(text.AsSpan(at));
            at += line.Length;
            text[at++] = (byte)'\n';
        }

        return text;
    }

    private void Judge(List<ReadOnlyMemory<byte>> piece, Verdict verdict)
    {
        var named = RefusedLines.Named(piece, verdict.Reason);
        if (named.Count > 0)
        {
            foreach (var (i, reason) in named) refused.Add(new(piece[i], reason));
            work.Push([.. piece.Where((_, i) => !named.ContainsKey(i))]);
            return;
        }

        if (RefusedLines.Dropped(verdict.Reason) == piece.Count)
        {
            refused.AddRange(piece.Select(line => new RefusedLine(line, verdict.Reason)));
            return;
        }

        var suspects = RefusedLines.Suspects(piece, verdict.Reason);
        if (suspects.Count > 0 && suspects.Count < piece.Count && requests < MaxRequests)
        {
            work.Push([.. piece.Where((_, i) => suspects.Contains(i))]);
            work.Push([.. piece.Where((_, i) => !suspects.Contains(i))]);
            return;
        }

        Split(piece, verdict, refused);
    }

    private void Split(List<ReadOnlyMemory<byte>> piece, Verdict verdict, List<RefusedLine> bad)
    {
        if (piece.Count == 1)
        {
            bad.Add(new(piece[0], verdict.Reason));
        }
        else if (requests >= MaxRequests)
        {
            var reason = $"One of {piece.Count} lines, which one was not looked for any further: {verdict.Reason}";
            bad.AddRange(piece.Select(line => new RefusedLine(line, reason)));
        }
        else
        {
            var half = piece.Count / 2;
            work.Push(piece[half..]);
            work.Push(piece[..half]);
        }
    }
}
