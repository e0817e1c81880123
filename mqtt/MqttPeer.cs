using System.Net;

namespace Plantroom.Mqtt;

/// <summary>Who is at the other end of a connection, as far as the transport knows.</summary>
/// <param name="Remote">Where it comes from; null when nobody knows.</param>
/// <param name="IsLocal">Whether it came over an address that only this computer itself can reach: it may then be anonymous, see
/// <see cref="MqttBrokerOptions.AnonymousLoopback"/>.</param>
/// <param name="CertificateName">The common name of the client certificate that was checked; null without one.</param>
public sealed record MqttPeer(EndPoint? Remote, bool IsLocal = false, string? CertificateName = null);
