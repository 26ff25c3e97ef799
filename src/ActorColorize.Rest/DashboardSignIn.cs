using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ActorColorize.Rest;

/// <summary>
/// Sign-in of the dashboard without a cookie: a link carries a code that works once; the page trades it for a token. Tokens are signed with
/// a key that outlives the process, so that an open page stays signed in when the daemon is restarted; nothing is stored per token.
/// <code>
///   token = expiry (seconds since 1970) . 16 random bytes . HMAC-SHA256(key, both)
/// </code>
/// </summary>
/// <param name="key">At least 32 random bytes.</param>
/// <param name="clock">The clock.</param>
internal sealed class DashboardSignIn(byte[] key, TimeProvider clock)
{
    /// <summary>How long an unused code is valid.</summary>
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromHours(1);

    /// <summary>How long a page stays signed in.</summary>
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromDays(7);

    private const int MostCodes = 64;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _codes = new(StringComparer.Ordinal);

    /// <summary>A new code. Of too many unused ones, the oldest stop working.</summary>
    public (string Code, DateTimeOffset ExpiresAt) NewCode()
    {
        foreach (var (old, _) in _codes.OrderBy(static pair => pair.Value).SkipLast(MostCodes - 1))
            _codes.TryRemove(old, out _);
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var expiresAt = clock.GetUtcNow() + CodeLifetime;
        _codes[HashOf(code)] = expiresAt;
        return (code, expiresAt);
    }

    /// <summary>Trades a code for a token; null if the code is unknown, used or too old.</summary>
    public (string Token, DateTimeOffset ExpiresAt)? Trade(string code)
    {
        if (!_codes.TryRemove(HashOf(code), out var expiresAt) || expiresAt < clock.GetUtcNow())
            return null;
        var until = clock.GetUtcNow() + TokenLifetime;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{until.ToUnixTimeSeconds()}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}"
        );
        return ($"{text}.{SignatureOf(text)}", until);
    }

    /// <summary>Whether a token was given out under this key and has not expired.</summary>
    public bool Accepts(string token)
    {
        var end = token.LastIndexOf('.');
        if (end < 0 || token.Length > 200)
            return false;
        var text = token[..end];
        return CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(token[(end + 1)..]),
                Encoding.ASCII.GetBytes(SignatureOf(text))
            )
            && long.TryParse(text.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var until)
            && until > clock.GetUtcNow().ToUnixTimeSeconds();
    }

    private string SignatureOf(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));

    /// <summary>Codes are looked up by their hash, so that the time of a look-up says nothing about them.</summary>
    private static string HashOf(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));
}
