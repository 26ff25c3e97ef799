using ActorColorize.Protocol;

namespace ActorColorize.Gateway;

/// <summary>
/// Derives a client's name from its certificate or from the name that it gave. Names appear in logs and lists, so they are printable, short
/// and on one line.
/// </summary>
public static class ClientName
{
    private const int Longest = 64;

    /// <summary>The name; empty if no character of the input is allowed.</summary>
    /// <param name="said">Name from a certificate or from the client itself.</param>
    public static ClientId Of(string said)
    {
        ArgumentNullException.ThrowIfNull(said);
        var clean = string.Concat(said.Where(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or '@'));
        return new ClientId(clean.Length <= Longest ? clean : clean[..Longest]);
    }
}
