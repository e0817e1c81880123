using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Plantroom.Mqtt;

namespace Plantroom.Gateway;

/// <summary>What did not get through the gateway, and why.</summary>
internal static class RejectionsApi
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGroup("/api/v1/gateway").WithTags("Gateway")
        .MapGet("/rejections", Read).WithSummary("What was rejected and why, unknown devices, and clients that broke the protocol");

    private static Ok<Rejections> Read(GatewayCounters counters, RejectionLog log, UnknownDevices unknown, IMqttBroker broker) =>
        TypedResults.Ok(new Rejections(
            counters.MessageCount,
            counters.ReadingCount,
            counters.OtherMemberCount,
            counters.Rejected.ToDictionary(static c => c.Key, static c => c.Value),
            counters.DoubtfulReadings.ToDictionary(static c => c.Key, static c => c.Value),
            log.Newest,
            unknown.All,
            unknown.Forgotten,
            Info(broker)));

    private static BrokerInfo Info(IMqttBroker broker)
    {
        var statistics = broker.Statistics;
        return new(
            statistics.Connections,
            statistics.Received,
            statistics.Sent,
            statistics.Dropped,
            statistics.ProtocolErrors,
            [.. broker.RecentErrors.Select(static e => new ProtocolErrorInfo(e.At, e.Client, e.Remote?.ToString(), e.ReasonCode, e.Message))])
        {
            FailedLogins = statistics.FailedLogins,
            ThrottledLogins = statistics.ThrottledLogins,
            Unauthorized = statistics.Unauthorized,
            StoreFailures = statistics.StoreFailures,
            QueuedBytes = statistics.QueuedBytes,
        };
    }
}
