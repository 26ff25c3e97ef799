namespace ActorColorize.Actors.Loader;

/// <summary>Decoding failed for a reason other than an unreadable picture; the loader restarts.</summary>
public sealed class LoaderException(Exception cause) : Exception($"loader: {cause?.GetType().Name}: {cause?.Message}", cause);
