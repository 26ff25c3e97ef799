namespace ActorColorize.Protocol;

/// <summary>What went wrong on a device, and how deep it goes.</summary>
public enum DeviceFaultKind
{
    /// <summary>An actor failed in a way that names no kind of its own; starting it again cures it or does not.</summary>
    Crash,

    /// <summary>The device's memory did not suffice; smaller pieces may.</summary>
    OutOfMemory,

    /// <summary>Losses or gradients were not finite, again and again.</summary>
    NonFinite,

    /// <summary>The pictures cannot be read or delivered.</summary>
    Data,

    /// <summary>The device's context is dead: every further call in that process fails, and only a new process recovers.</summary>
    Sticky,

    /// <summary>The device's process lives and answers nothing, or its steps stand still.</summary>
    Hang,

    /// <summary>The device's process is gone.</summary>
    ProcessDeath,
}

/// <summary>A fault of a device.</summary>
/// <param name="Kind">Chooses the policy.</param>
/// <param name="Cause">One line.</param>
public sealed record DeviceFault(DeviceFaultKind Kind, string Cause);
