namespace ActorColorize.Actors.Loader;

/// <summary>Decoding failed for a reason that is not the picture's fault; the loader restarts.</summary>
public sealed class LoaderException(Exception cause) : Exception($"loader: {cause?.GetType().Name}: {cause?.Message}", cause);
