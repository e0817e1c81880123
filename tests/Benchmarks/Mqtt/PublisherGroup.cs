using System.Diagnostics;
using System.Net.Sockets;

namespace Plantroom.Benchmarks.Mqtt;

/// <summary>Connections that one thread sends over in turn: as fast as they take it, or at a steady rate.</summary>
internal sealed class PublisherGroup(List<StreamPublisher> publishers, int messages) : IDisposable
{
    /// <summary>Messages that go out in one send when there is no rate to keep.</summary>
    private const int Burst = 32;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <summary>Sends as fast as the broker takes it, and returns when everything is acknowledged.</summary>
    public void Saturate()
    {
        for (var left = messages; left > 0;)
        {
            var before = left;
            foreach (var publisher in publishers)
            {
                publisher.ReadAnswers();
                if (left > 0 && publisher.HasRoom) left -= publisher.Send(Math.Min(Burst, left), 0);
            }

            if (left == before) WaitForAnswers();
        }

        WaitUntilAnswered();
    }

    /// <summary>Sends so many a second, every message by itself, and returns when everything is acknowledged.</summary>
    public void Pace(int perSecond)
    {
        using var never = new ManualResetEventSlim();
        var start = Stopwatch.GetTimestamp();
        for (var sent = 0; sent < messages;)
        {
            var due = Math.Min(messages, (int)(Stopwatch.GetElapsedTime(start).TotalSeconds * perSecond));
            for (; sent < due; sent++)
            {
                var publisher = publishers[sent % publishers.Count];
                publisher.ReadAnswers();
                while (publisher.Send(1, Stopwatch.GetTimestamp()) == 0) publisher.ReadAnswers();
            }

            never.Wait(Tick);
        }

        WaitUntilAnswered();
    }

    public void Dispose() => publishers.ForEach(static p => p.Dispose());

    private void WaitUntilAnswered()
    {
        while (publishers.Any(static p => p.InFlight > 0))
        {
            WaitForAnswers();
            foreach (var publisher in publishers) publisher.ReadAnswers();
        }
    }

    private void WaitForAnswers() =>
        Socket.Select(publishers.Where(static p => p.InFlight > 0).Select(static p => p.Socket).ToList(), null, null, Tick);
}
