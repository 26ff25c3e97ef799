using System.Globalization;
using System.Security.Cryptography;

namespace ActorColorize.Protocol;

/// <summary>The text form that ids share.</summary>
internal static class SortableId
{
    internal static string New(TimeProvider clock) =>
        clock.GetUtcNow().ToString("yyyyMMdd-HHmmss-", CultureInfo.InvariantCulture)
        + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3));
}
