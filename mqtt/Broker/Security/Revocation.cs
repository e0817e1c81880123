using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Broker.Security;

/// <summary>Makes other rules and passwords felt by those who are connected already.</summary>
internal static class Revocation
{
    /// <summary>The rules count from the next packet on; subscriptions that are no longer allowed end, and so do connections of users that
    /// are no longer there.</summary>
    public static void Apply(IEnumerable<Connection> connections, BrokerState broker)
    {
        foreach (var connection in connections)
        {
            if (connection is not { Admission: { } admission, Session: { } session }) continue;
            if (IsGone(admission, connection, broker))
            {
                connection.Close(Reason.NotAuthorized, "the user was removed");
                continue;
            }

            connection.Permissions = broker.Doorkeeper.PermissionsOf(admission, session.ClientId);
            End(session, connection.Permissions, broker);
        }
    }

    /// <summary>Ends the subscriptions of a session that its client may not have, or not any more.</summary>
    public static void End(Session session, MqttPermissions permissions, BrokerState broker)
    {
        lock (session.Subscriptions)
        {
            foreach (var filter in session.Subscriptions.Keys.Where(filter => !permissions.MaySubscribe(Topics(filter))).ToArray())
            {
                session.Subscriptions.Remove(filter);
                session.Record?.Subscribe(filter, null);
                broker.Topics.Remove(filter, session);
                broker.Log.Revoked(session.ClientId, filter);
            }
        }
    }

    private static bool IsGone(MqttAdmission admission, Connection connection, BrokerState broker) =>
        admission.UserName is { } user && user != connection.Peer.CertificateName
        && broker.Doorkeeper.Passwords is { } passwords && !passwords.Knows(user);

    /// <summary>The filter, without the group that shares it.</summary>
    private static string Topics(string filter) => SharedFilter.TryParse(filter, out _, out var topics) ? topics : filter;
}
