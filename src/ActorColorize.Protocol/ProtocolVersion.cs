namespace ActorColorize.Protocol;

/// <summary>
/// Version of the protocol between clients and the gateway. Fields may be added to messages at any time; the number is raised when a
/// message changes its meaning or is no longer supported, so that both sides report the mismatch clearly instead of failing on the first
/// message.
/// </summary>
public static class ProtocolVersion
{
    /// <summary>The version of this program.</summary>
    public const int Current = 1;

    /// <summary>The oldest version that it supports.</summary>
    public const int Oldest = 1;
}
