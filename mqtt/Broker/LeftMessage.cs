using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;

namespace Plantroom.Mqtt.Broker;

/// <summary>A message that a session shared with others, and had not acknowledged when it ended.</summary>
/// <param name="Group">The filter that they share.</param>
/// <param name="Message">The message.</param>
/// <param name="Record">The message on disk; null when it is not there.</param>
internal readonly record struct LeftMessage(string Group, StoredMessage Message, DeliveryRecord? Record);
