using ActorColorize.Protocol;

namespace ActorColorize.Rest;

/// <summary>Limits the pictures in progress: in total, and to half of that per client, so that no client can starve the others.</summary>
internal sealed class PictureSlots(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ClientId, int> _taken = [];
    private int _inAll;

    /// <summary>Limit per client.</summary>
    public int MostOfOne { get; } = Math.Max(1, most / 2);

    /// <summary>Takes a slot for one picture.</summary>
    /// <exception cref="RestProblem">None is available.</exception>
    public void Take(ClientId client)
    {
        lock (_gate)
        {
            var ofThis = _taken.GetValueOrDefault(client);
            if (ofThis >= MostOfOne)
                throw new RestProblem(
                    429,
                    "too-many-at-once",
                    $"{MostOfOne} pictures of {client} are being coloured, which is its limit",
                    TimeSpan.FromSeconds(1)
                );
            if (_inAll >= most)
                throw RestProblem.Unavailable($"{most} pictures are being coloured, which is this daemon's limit");
            _taken[client] = ofThis + 1;
            _inAll++;
        }
    }

    /// <summary>Releases a slot.</summary>
    public void Release(ClientId client)
    {
        lock (_gate)
        {
            _inAll--;
            if (--_taken[client] == 0)
                _taken.Remove(client);
        }
    }
}
