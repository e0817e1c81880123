using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Plantroom.Simulators.Publishing;
using Plantroom.TestKit;

namespace Plantroom.Simulators.Tests.Publishing;

public sealed class PastDeliveryTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly RecordingClient client = new();
    private readonly Backlog backlog = new(10_000);
    private readonly Memory memory = new(null);

    public void Dispose() => services.Dispose();

    [Theory]
    [InlineData(10, 50)]
    [InlineData(200, 1000)]
    [InlineData(1000, 2500)]
    public async Task Deliver_AtARate_TakesItsTimeAndKeepsTheOrder(int rate, int messages)
    {
        var begun = clock.Now;
        Fill(messages);
        var delivering = DeliverAsync(rate, TestContext.Current.CancellationToken);
        while (!delivering.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        await delivering;
        Assert.True((clock.Now - begun).TotalSeconds >= messages / (double)rate - 0.11);
        Assert.Equal(Enumerable.Range(0, messages).Select(Number), client.Messages.Select(static m => m.Text));
    }

    [Fact]
    public async Task Deliver_WithoutAcknowledgements_KeepsOnlySoManyInFlight()
    {
        client.Hold = static _ => true;
        Fill(1000);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var delivering = DeliverAsync(1_000_000, stop.Token);
        Assert.Equal(7, client.Waiting);
        client.Acknowledge();
        while (client.Waiting < 7) await Task.Yield();
        Assert.Equal(14, client.Messages.Count);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivering);
    }

    [Fact]
    public async Task Deliver_WhenTheClientItselfFails_Throws()
    {
        client.Fail = static _ => new InvalidOperationException("a mistake");
        Fill(100);
        await Assert.ThrowsAsync<InvalidOperationException>(() => DeliverAsync(1_000_000, TestContext.Current.CancellationToken));
    }

    private static string Number(int i) => i.ToString(CultureInfo.InvariantCulture);

    private void Fill(int messages)
    {
        for (var i = 0; i < messages; i++) backlog.Add(new("M-0", System.Text.Encoding.UTF8.GetBytes(Number(i))));
    }

    private async Task DeliverAsync(int rate, CancellationToken stopping)
    {
        var metrics = new SimulatorMetrics(services.GetRequiredService<IMeterFactory>());
        await using var publisher = new BoundedPublisher(client, 7, metrics, stopping);
        await new PastDelivery(new() { BackfillRate = rate }, clock, publisher, memory).DeliverAsync(backlog, stopping);
    }
}
