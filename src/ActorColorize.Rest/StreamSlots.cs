using Microsoft.AspNetCore.Http;

namespace ActorColorize.Rest;

/// <summary>Limits open event streams over all clients.</summary>
/// <param name="settings">The limit.</param>
internal sealed class StreamSlots(RestSettings settings)
{
    private int _open;

    /// <summary>Takes a slot until the request is completed.</summary>
    /// <exception cref="RestProblem">All are taken.</exception>
    public void Take(HttpContext context)
    {
        if (Interlocked.Increment(ref _open) > settings.StreamsAtOnce)
        {
            Interlocked.Decrement(ref _open);
            throw RestProblem.Unavailable(
                $"{settings.StreamsAtOnce} event streams are open, which is this daemon's limit",
                TimeSpan.FromSeconds(10)
            );
        }

        context.Response.OnCompleted(() =>
        {
            Interlocked.Decrement(ref _open);
            return Task.CompletedTask;
        });
    }
}
