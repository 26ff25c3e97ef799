using ActorColorize.Protocol;

namespace ActorColorize.Rest;

/// <summary>
/// How many pictures are taken at a time: so many in all, and half of them of one client, so that none takes the others' room.
/// </summary>
internal sealed class PictureSlots(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ClientId, int> _taken = [];
    private int _inAll;

    /// <summary>Most pictures of one client.</summary>
    public int MostOfOne { get; } = Math.Max(1, most / 2);

    /// <summary>Takes a place for one picture.</summary>
    /// <exception cref="RestProblem">There is none.</exception>
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

    /// <summary>Gives a place back.</summary>
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
