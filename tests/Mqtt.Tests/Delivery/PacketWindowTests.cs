using FsCheck;
using FsCheck.Fluent;
using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Tests.Delivery;

public sealed class PacketWindowTests
{
    [Fact]
    public void Window_OnANewConnection_GivesTheUnacknowledgedAgainInTheirOrder()
    {
        var window = new PacketWindow<string>();
        foreach (var item in new[] { "a", "b", "c" }) window.Add(item, MqttQos.AtLeastOnce);
        Assert.Equal([(1, "a", false), (2, "b", false), (3, "c", false)], SendAll(window));
        Assert.True(window.TryAcknowledge(2, out var acknowledged));
        Assert.Equal("b", acknowledged);
        Assert.False(window.TryAcknowledge(2, out _));
        Assert.Equal(2, window.InFlight);
        window.Rewind();
        Assert.Equal(0, window.InFlight);
        Assert.Equal([(1, "a", true), (3, "c", true)], SendAll(window));
    }

    [Fact]
    public void Acknowledgement_OfWhatWasNeverSent_IsNotTaken()
    {
        var window = new PacketWindow<string>(lastId: 10);
        window.Add("a", MqttQos.AtLeastOnce);
        Assert.False(window.TryAcknowledge(1, out _));
        Assert.False(window.TryAcknowledge(0, out _));
        Assert.False(window.TryAcknowledge(11, out _));
    }

    [Fact]
    public void Window_UnderAnyUse_AgreesWithAPlainList()
    {
        // Small identifiers, so that they come round often.
        var steps = Gen.ListOf(Gen.Choose(0, 12)).Select(l => l.ToArray());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(200), Prop.ForAll(steps.ToArbitrary(), all =>
        {
            var window = new PacketWindow<object>(lastId: 7);
            var model = new List<(ushort Id, object Item)>();
            foreach (var step in all)
            {
                if (step == 0) window.Rewind();
                else if (step <= 7)
                {
                    var index = model.FindIndex(m => m.Id == step);
                    if (window.TryAcknowledge((ushort)step, out var item) != index >= 0) return false;
                    if (index >= 0 && !ReferenceEquals(model[index].Item, item)) return false;
                    if (index >= 0) model.RemoveAt(index);
                }
                else if (window.HasRoom)
                {
                    var item = new object();
                    model.Add((window.NextId, item));
                    window.Add(item, MqttQos.AtLeastOnce);
                }

                foreach (var _ in SendAll(window))
                {
                    // Everything is on its way before the next step.
                }

                if (window.Count != model.Count || window.InFlight != model.Count) return false;
            }

            return true;
        }));
    }

    private static List<(int Id, T? Item, bool Again)> SendAll<T>(PacketWindow<T> window)
    {
        var sent = new List<(int, T?, bool)>();
        while (window.TryPeek(out var id, out var item, out var due))
        {
            sent.Add((id, item, due == Due.PublishAgain));
            window.Advance();
        }

        return sent;
    }
}
