namespace Plantroom.Mqtt.Delivery;

/// <summary>A handler has failed: the message is not acknowledged, and its connection is closed.</summary>
internal sealed class HandlerException(Exception inner) : Exception("A message handler failed.", inner);
