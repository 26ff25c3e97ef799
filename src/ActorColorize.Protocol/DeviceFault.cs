namespace ActorColorize.Protocol;

/// <summary>Kind of a device fault, which determines the recovery.</summary>
public enum DeviceFaultKind
{
    /// <summary>An actor failed for another reason; a restart may or may not help.</summary>
    Crash,

    /// <summary>The device ran out of memory; smaller batches may fit.</summary>
    OutOfMemory,

    /// <summary>Losses or gradients were repeatedly not finite.</summary>
    NonFinite,

    /// <summary>The pictures cannot be read or delivered.</summary>
    Data,

    /// <summary>The device's context is dead: every further call in that process fails, and only a new process recovers.</summary>
    Sticky,

    /// <summary>The device's process is alive but does not answer, or makes no progress.</summary>
    Hang,

    /// <summary>The device's process has ended.</summary>
    ProcessDeath,
}

/// <summary>A fault of a device.</summary>
/// <param name="Kind">Determines the recovery policy.</param>
/// <param name="Cause">One line.</param>
public sealed record DeviceFault(DeviceFaultKind Kind, string Cause);
