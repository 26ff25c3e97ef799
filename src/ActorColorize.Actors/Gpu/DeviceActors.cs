using Akka.Actor;

namespace ActorColorize.Actors.Gpu;

/// <summary>The actors that a GPU actor works with.</summary>
/// <param name="Loader">GrantsWork decoded pictures.</param>
/// <param name="Output">Finishes pictures and panels.</param>
/// <param name="Checkpoints">Writes snapshots.</param>
/// <param name="Metrics">Is told of everything that happens.</param>
public sealed record DeviceActors(IActorRef Loader, IActorRef Output, IActorRef Checkpoints, IActorRef Metrics);
