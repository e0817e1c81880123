namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>The client of this project at the broker of this project.</summary>
public sealed class OwnClientAtOwnBrokerTests(OwnBroker broker) : ClientContract<OwnClient, OwnBroker>(broker);

/// <summary>The client of this project at a real Mosquitto.</summary>
public sealed class OwnClientAtMosquittoTests(MosquittoPeer broker) : ClientContract<OwnClient, MosquittoPeer>(broker);

/// <summary>The client of this project at a real ejabberd.</summary>
public sealed class OwnClientAtEjabberdTests(EjabberdPeer broker) : ClientContract<OwnClient, EjabberdPeer>(broker);
