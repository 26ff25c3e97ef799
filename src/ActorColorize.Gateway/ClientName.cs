using ActorColorize.Protocol;

namespace ActorColorize.Gateway;

/// <summary>
/// How what a client calls itself, or what its certificate says, becomes its name. Names end up in logs and lists: printable, short, one
/// line.
/// </summary>
public static class ClientName
{
    private const int Longest = 64;

    /// <summary>The name; empty where nothing of what was said can be in one.</summary>
    /// <param name="said">From a certificate, or from the client itself.</param>
    public static ClientId Of(string said)
    {
        ArgumentNullException.ThrowIfNull(said);
        var clean = string.Concat(said.Where(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or '@'));
        return new ClientId(clean.Length <= Longest ? clean : clean[..Longest]);
    }
}
