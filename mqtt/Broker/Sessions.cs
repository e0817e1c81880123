using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Persistence;

namespace Plantroom.Mqtt.Broker;

/// <summary>All sessions by client id, with their ends.</summary>
internal sealed class Sessions(BrokerState broker)
{
    /// <summary>How long a client that was connected when the broker was killed has to come back before its will is published.</summary>
    private static readonly TimeSpan Return = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Session> sessions = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (gate) return sessions.Count;
        }
    }

    /// <summary>Finds or makes the session of a client that connects.</summary>
    /// <param name="clientId">Who.</param>
    /// <param name="owner">The connection that it is for. Whoever had it before is disconnected.</param>
    /// <param name="clean">Whether what is there is thrown away.</param>
    /// <param name="expiry">How long it shall outlive the connection.</param>
    /// <param name="will">The client's will, kept on disk for the case that the broker is killed.</param>
    /// <param name="present">Whether it was there.</param>
    /// <exception cref="MqttException">There are as many as may be, or it belongs to another user.</exception>
    public Session Open(string clientId, Connection owner, bool clean, TimeSpan expiry, WillMessage? will, out bool present)
    {
        Session? existing;
        Session session;
        Connection? previous;
        lock (gate)
        {
            existing = sessions.GetValueOrDefault(clientId);
            previous = existing?.Owner;
            present = existing is { IsWillOnly: false } && !clean && existing.Expiry > TimeSpan.Zero;
            if (existing is null && sessions.Count >= broker.Options.MaximumSessions)
                throw new MqttException("as many sessions are kept as may be", Reason.QuotaExceeded);
            if (existing is { UserName: { } user } && user != owner.Admission?.UserName)
                throw new MqttException("the client id belongs to another user", Reason.NotAuthorized);
            if (existing is not null) StopTimers(existing);
            session = present ? existing! : sessions[clientId] = new Session(clientId, broker);
            session.Expiry = expiry;
            session.Owner = owner;
            session.UserName = owner.Admission?.UserName;
            if (present || existing is { IsWillOnly: true }) existing!.PendingWill = null;
            if (expiry > TimeSpan.Zero) session.Record ??= broker.Store?.NewSession(clientId);
            session.Record?.Set(new SessionState(expiry, Left: null, will, session.UserName));
            if (session.Record is null && will is not null) KeepWill(session, will);
        }

        previous?.Close(Reason.SessionTakenOver, "another connection uses the client id");
        if (!present && existing is not null) End(existing);
        return session;
    }

    /// <summary>A client says anew how long its session shall outlive the connection; one that was taken over has no say.</summary>
    public void SetExpiry(Session session, Connection connection, TimeSpan expiry)
    {
        lock (gate)
        {
            if (session.Owner == connection) session.Expiry = expiry;
        }
    }

    /// <summary>A connection has ended: its session goes too, or waits for the client.</summary>
    /// <param name="session">The session.</param>
    /// <param name="connection">The connection that had it.</param>
    /// <param name="will">The will, when it is to be published.</param>
    /// <returns>The will, when it is to be published at once.</returns>
    public WillMessage? Leave(Session session, Connection connection, WillMessage? will)
    {
        session.Detach(connection);
        lock (gate)
        {
            var current = sessions.TryGetValue(session.ClientId, out var known) && known == session;

            // Taken over: the session goes on, and so a will with a delay is not published.
            if (current && session.Owner != connection) return will?.DelaySeconds > 0 ? null : will;
            session.Owner = null;
            if (!current) return will;
            if (session.Expiry > TimeSpan.Zero) return Wait(session, will);
            sessions.Remove(session.ClientId);
        }

        End(session);
        return will;
    }

    /// <summary>The broker stops, and all sessions end with it: wills that still wait for their delay are due.</summary>
    public Task PublishWillsAsync()
    {
        Session[] all;
        lock (gate)
        {
            all = [.. sessions.Values];
            foreach (var session in all) StopTimers(session);
        }

        return Task.WhenAll(all.Select(PublishWillAsync));
    }

    /// <summary>The broker is gone: nothing ends any more.</summary>
    public void StopAllTimers()
    {
        lock (gate)
        {
            foreach (var session in sessions.Values) StopTimers(session);
        }
    }

    /// <summary>Takes up the sessions that were found on disk. Their time has run on meanwhile; that of one whose client was connected when
    /// the broker was killed begins now.</summary>
    public void Restore(IEnumerable<KeptSession> found)
    {
        var now = broker.Time.GetUtcNow();
        var ended = new List<Session>();
        lock (gate)
        {
            foreach (var kept in found)
            {
                if (sessions.TryGetValue(kept.Record.ClientId, out var older)) ended.Add(older);
                var session = sessions[kept.Record.ClientId] = Make(kept);

                // One from the future was written before the clock was set back.
                var left = kept.State.Left is { } then && then < now ? then : now;
                session.Record!.Set(new SessionState(session.Expiry, left, session.PendingWill, session.UserName));
                if (now - left < session.Expiry) StartTimers(session, now - left);
                else ended.Add(session);
            }

            foreach (var session in ended)
            {
                if (sessions.GetValueOrDefault(session.ClientId) == session) sessions.Remove(session.ClientId);
            }
        }

        foreach (var session in ended) End(session);
    }

    /// <summary>Of a session that ends with its connection only the will is on disk.</summary>
    private void KeepWill(Session session, WillMessage will)
    {
        session.WillRecord = broker.Store?.NewSession(session.ClientId);
        session.WillRecord?.Set(new SessionState(TimeSpan.Zero, Left: null, will, session.UserName));
    }

    /// <summary>The will of a client that was connected when the broker was killed is due, unless the client comes back soon.</summary>
    private static void AwaitReturn(Session session, WillMessage will)
    {
        session.PendingWill = will with { DelaySeconds = Math.Max(will.DelaySeconds, (uint)Return.TotalSeconds) };
        if (session.Expiry > TimeSpan.Zero) return;
        session.IsWillOnly = true;
        session.Expiry = Return;
    }

    private Session Make(KeptSession kept)
    {
        var expiry = kept.State.Expiry < broker.Options.MaximumSessionExpiry ? kept.State.Expiry : broker.Options.MaximumSessionExpiry;
        var session = new Session(kept.Record.ClientId, broker)
        {
            Expiry = expiry,
            Record = kept.Record,
            PendingWill = kept.State.Will,
            UserName = kept.State.UserName,
        };
        foreach (var (filter, row) in kept.Subscriptions)
        {
            var subscription = session.Subscriptions[filter] = RemoteSubscription.Restore(session, row);
            broker.Topics.Add(filter, subscription);
        }

        foreach (var id in kept.Received) session.Received.Restore(id);
        session.Restore(kept.Deliveries);
        if (kept.State is { Left: null, Will: { } will }) AwaitReturn(session, will);
        return session;
    }

    private WillMessage? Wait(Session session, WillMessage? will)
    {
        session.PendingWill = will?.DelaySeconds > 0 ? will : null;
        session.Record?.Set(new SessionState(session.Expiry, broker.Time.GetUtcNow(), session.PendingWill, session.UserName));
        StartTimers(session, TimeSpan.Zero);
        return session.PendingWill is null ? will : null;
    }

    private void StartTimers(Session session, TimeSpan gone)
    {
        session.ExpiryTimer = broker.Time.CreateTimer(_ => Expire(session), null, session.Expiry - gone, Timeout.InfiniteTimeSpan);
        if (session.PendingWill is not { } will) return;
        var delay = TimeSpan.FromSeconds(will.DelaySeconds);
        if (delay >= session.Expiry) return;
        var left = delay > gone ? delay - gone : TimeSpan.Zero;
        session.WillTimer = broker.Time.CreateTimer(_ => PublishWill(session), null, left, Timeout.InfiniteTimeSpan);
    }

    private void Expire(Session session)
    {
        lock (gate)
        {
            if (session.ExpiryTimer is null || session.Owner is not null) return;
            sessions.Remove(session.ClientId);
        }

        End(session);
    }

    private void PublishWill(Session session) => _ = PublishWillAsync(session);

    private Task PublishWillAsync(Session session)
    {
        WillMessage? will;
        lock (gate) (will, session.PendingWill) = (session.PendingWill, null);
        if (will is not null) session.Record?.ClearWill();
        return will is null ? Task.CompletedTask : Wills.PublishAsync(will, session.ClientId, broker);
    }

    /// <summary>It is gone for good: a will that still waited is due now (MQTT 5.0 section 3.1.3.2.2).</summary>
    private void End(Session session)
    {
        lock (gate) StopTimers(session);
        PublishWill(session);
        lock (session.Subscriptions)
        {
            session.IsEnded = true;
            foreach (var filter in session.Subscriptions.Keys) broker.Topics.Remove(filter, session);
            session.Subscriptions.Clear();
        }

        var left = session.End();
        session.WillRecord?.End();
        if (left.Count > 0) _ = ShareAsync(session, left);
        else session.Record?.End();
    }

    /// <summary>What it shared with others and has not acknowledged goes to them (MQTT 5.0 section 4.8.2).</summary>
    private async Task ShareAsync(Session session, IReadOnlyList<LeftMessage> left)
    {
        // A crash in between finds a session that is over, and its messages are shared then.
        session.Record?.Set(new SessionState(TimeSpan.Zero, broker.Time.GetUtcNow(), Will: null, session.UserName));
        var routing = new RoutingBatch(broker, from: null);
        var handover = new Handover(session.Record, left);
        for (var i = 0; i < left.Count; i++)
        {
            routing.Share(left[i].Message, left[i].Group);
            if (routing.MustWait) await routing.WaitAsync(CancellationToken.None);
            if (routing.TakePledge() is { } pledge) pledge.Submit(handover, i);
            else handover.Acknowledge(i);
        }

        routing.Flush();
    }

    private static void StopTimers(Session session)
    {
        session.ExpiryTimer?.Dispose();
        session.WillTimer?.Dispose();
        session.ExpiryTimer = session.WillTimer = null;
    }
}
