using FsCheck;
using FsCheck.Fluent;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;

namespace Plantroom.Mqtt.Tests.Persistence;

/// <summary>Whatever happens in whatever order: after opening again, the file says what a simple model says.</summary>
public sealed class BrokerStoreProperties
{
    private enum What
    {
        Open,
        End,
        Subscribe,
        Unsubscribe,
        Publish,
        PublishExactlyOnce,
        Send,
        Release,
        Finish,
        ReleaseReceived,
        Retain,
        Flush,
        Reopen,
    }

    [Fact]
    public void Store_AfterAnySteps_HoldsWhatTheModelHolds()
    {
        var step = from what in Gen.Elements(Enum.GetValues<What>())
                   from client in Gen.Choose(0, 2)
                   from pick in Gen.Choose(0, 9)
                   select (what, client, pick);
        var steps = step.ListOf().Resize(60).ToArbitrary();
        var config = Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(100);
        Prop.ForAll(steps, list => RunAsync([.. list, (What.Reopen, 0, 0)]).GetAwaiter().GetResult()).Check(config);
    }

    private static async Task RunAsync(IReadOnlyList<(What What, int Client, int Pick)> steps)
    {
        await using var world = new StoreWorld();
        var model = new Model(world);
        foreach (var (what, client, pick) in steps) await model.StepAsync(what, client, pick);
    }

    /// <summary>What should be there, beside the records through which it is written.</summary>
    private sealed class Model(StoreWorld world)
    {
        private readonly Dictionary<int, Client> clients = [];
        private readonly Dictionary<int, (RetainedRecord Record, string Payload)> retained = [];
        private int published;

        public async Task StepAsync(What what, int client, int pick)
        {
            var known = clients.GetValueOrDefault(client);
            switch (what)
            {
                case What.Open when known is null:
                    clients[client] = new Client(world.Session($"{client}"));
                    break;
                case What.End when known is not null:
                    known.Record.End();
                    foreach (var delivery in known.Deliveries) delivery.Move(DeliveryState.Gone, 0, Urgency.Soon);
                    clients.Remove(client);
                    break;
                case What.Subscribe when known is not null:
                    known.Subscriptions[$"f/{pick}"] = new SubscriptionRow((byte)(pick % 3), new byte[pick]);
                    known.Record.Subscribe($"f/{pick}", known.Subscriptions[$"f/{pick}"]);
                    break;
                case What.Unsubscribe when known is not null && known.Subscriptions.Remove($"f/{pick}"):
                    known.Record.Subscribe($"f/{pick}", null);
                    break;
                case What.Publish:
                    Publish(pick, from: null);
                    break;
                case What.PublishExactlyOnce when known is not null:
                    Publish(pick, known);
                    break;
                case What.ReleaseReceived when known?.Received.Remove((ushort)(pick + 1)) is true:
                    // A publisher releases what it was told that it is safe.
                    await world.Store.FlushAsync();
                    known.Record.Release((ushort)(pick + 1));
                    break;
                case What.Retain:
                    Retain(client, pick);
                    break;
                case What.Flush:
                    await world.Store.FlushAsync();
                    break;
                case What.Reopen:
                    await ReopenAsync();
                    break;
                case What.Send or What.Release or What.Finish when known?.Deliveries.ElementAtOrDefault(pick) is { } delivery:
                    Move(known, delivery, what, pick);
                    break;
            }
        }

        private static void Move(Client client, DeliveryRecord delivery, What what, int pick)
        {
            if (what == What.Send && delivery.State == DeliveryState.Waiting) delivery.Move(DeliveryState.Sent, (ushort)(pick + 1), Urgency.Later);
            if (what == What.Release && delivery.State == DeliveryState.Sent)
                delivery.Move(DeliveryState.Released, delivery.PacketId, Urgency.Now);
            if (what != What.Finish) return;
            delivery.Move(DeliveryState.Gone, 0, Urgency.Soon);
            client.Deliveries.Remove(delivery);
        }

        private void Publish(int pick, Client? from)
        {
            if (from is not null && !from.Received.Add((ushort)(pick + 1))) return;
            var pledge = new Pledge(world.Store);
            var message = StoreWorld.Message($"message {published++}", expiry: (uint)pick);
            foreach (var client in clients.Values)
            {
                var delivery = new DeliveryRecord(
                    world.Store, client.Record.NextDelivery(), message, new DeliveryOptions((MqttQos)(1 + (pick % 2)), pick > 5, new byte[pick]));
                pledge.Add(delivery, isSent: pick % 2 == 0);
                client.Deliveries.Add(delivery);
            }

            if (from is not null) pledge.AddReceived(from.Record, (ushort)(pick + 1), owed: 0);
            pledge.Submit(null, 0);
        }

        private void Retain(int topic, int pick)
        {
            var message = pick < 3 ? null : StoreWorld.Message($"retained {published++}");
            if (!retained.TryGetValue(topic, out var known)) known = (world.Store.NewRetained(), "");
            known.Record.Set(message);
            known.Record.Changed((Urgency)(pick % 3));
            if (message is null) retained.Remove(topic);
            else retained[topic] = (known.Record, StoreWorld.Payload(message));
        }

        /// <summary>Compares, and goes on with what was found.</summary>
        private async Task ReopenAsync()
        {
            await world.ReopenAsync();
            var contents = world.Store.Contents;
            Assert.Equal(clients.Keys.Select(static k => $"{k}").Order(), contents.Sessions.Select(static s => s.Record.ClientId).Order());
            foreach (var found in contents.Sessions)
            {
                var number = int.Parse(found.Record.ClientId, System.Globalization.CultureInfo.InvariantCulture);
                clients[number].AssertSame(found);
                clients[number] = new Client(found);
            }

            Assert.Equal(
                retained.Values.Select(static r => r.Payload).Order(), contents.Retained.Select(static r => StoreWorld.Payload(r.Message)).Order());
            foreach (var topic in retained.Keys)
                retained[topic] = (contents.Retained.Single(r => StoreWorld.Payload(r.Message) == retained[topic].Payload).Record, retained[topic].Payload);
            var owed = clients.Values.SelectMany(static c => c.Deliveries).Where(static d => d.State != DeliveryState.Released);
            Assert.Equal(owed.Select(static d => d.Message).Distinct().Count(), world.Rows("message"));
        }
    }

    private sealed class Client(SessionRecord record)
    {
        public Client(KeptSession found)
            : this(found.Record)
        {
            foreach (var (filter, row) in found.Subscriptions) Subscriptions[filter] = row;
            Deliveries.AddRange(found.Deliveries);
            Received.UnionWith(found.Received);
        }

        public SessionRecord Record => record;

        public Dictionary<string, SubscriptionRow> Subscriptions { get; } = [];

        public List<DeliveryRecord> Deliveries { get; } = [];

        public HashSet<ushort> Received { get; } = [];

        public void AssertSame(KeptSession found)
        {
            Assert.Equal(
                Subscriptions.OrderBy(static s => s.Key).Select(static s => (s.Key, s.Value.Options, s.Value.Identifiers.Length)),
                found.Subscriptions.Select(static s => (s.Filter, s.Row.Options, s.Row.Identifiers.Length)));
            Assert.Equal(Deliveries.Select(Text), found.Deliveries.Select(Text));
            Assert.Equal(Received.Order(), found.Received);
        }

        private static string Text(DeliveryRecord delivery)
        {
            var message = delivery.State == DeliveryState.Released ? "-" : $"{StoreWorld.Payload(delivery.Message)} {delivery.Message.Expires}";
            var options = delivery.Options;
            return $"{delivery.Key} {delivery.State} {delivery.PacketId} {options.Qos} {options.Retain} {options.Identifiers.Length} {message}";
        }
    }
}
