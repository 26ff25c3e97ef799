using Akka.Actor;

namespace ActorColorize.Actors.Gpu;

/// <summary>The actors that a GPU actor works with.</summary>
/// <param name="Loader">Delivers decoded pictures.</param>
/// <param name="Output">Finishes pictures and panels.</param>
/// <param name="Checkpoints">Writes snapshots.</param>
/// <param name="Metrics">Receives every event.</param>
public sealed record DeviceActors(IActorRef Loader, IActorRef Output, IActorRef Checkpoints, IActorRef Metrics);
