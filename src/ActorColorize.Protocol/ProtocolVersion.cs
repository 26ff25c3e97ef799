namespace ActorColorize.Protocol;

/// <summary>
/// The version of what clients and the gateway say to each other. Fields may be added to messages at any time; the number rises when a
/// message changes its meaning or an old one is
/// no longer understood, and then both ends say so clearly instead of failing on the first message.
/// </summary>
public static class ProtocolVersion
{
    /// <summary>What this program speaks.</summary>
    public const int Current = 1;

    /// <summary>The oldest that it still understands.</summary>
    public const int Oldest = 1;
}
