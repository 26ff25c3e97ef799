namespace ActorColorize.Actors.Faults;

/// <summary>A fault that can be injected.</summary>
public enum FaultKind
{
    /// <summary>The step fails with the device's out-of-memory message.</summary>
    Oom,

    /// <summary>The step asks the device for more memory than can be addressed, so that its allocator really fails.</summary>
    RealOom,

    /// <summary>The step's loss is not a number.</summary>
    Nan,

    /// <summary>The device's actor fails with an unknown message.</summary>
    Crash,

    /// <summary>The loader fails.</summary>
    Data,

    /// <summary>The next checkpoint's files take seconds to write.</summary>
    SlowDisk,

    /// <summary>The next checkpoint finds no space left on the disk.</summary>
    FullDisk,

    /// <summary>The step fails with a CUDA error that leaves the context dead.</summary>
    Sticky,

    /// <summary>The step reads beyond the end of a tensor: on a CUDA device an assertion fails, which leaves the context dead.</summary>
    Assertion,

    /// <summary>The device's process reads from an invalid address.</summary>
    Segv,

    /// <summary>The device's process kills itself, as the kernel does with one that uses too much memory.</summary>
    Kill,

    /// <summary>The device's thread blocks forever.</summary>
    Hang,

    /// <summary>The device's process is stopped, and continues only on SIGCONT.</summary>
    Stop,
}

/// <summary>The names of faults in plans.</summary>
public static class FaultKinds
{
    /// <summary>Every fault with its name.</summary>
    public static IReadOnlyList<(string Word, FaultKind Fault)> Words { get; } =
    [
        ("oom", FaultKind.Oom),
        ("nan", FaultKind.Nan),
        ("crash", FaultKind.Crash),
        ("data", FaultKind.Data),
        ("slow-disk", FaultKind.SlowDisk),
        ("full-disk", FaultKind.FullDisk),
        ("real-oom", FaultKind.RealOom),
        ("sticky", FaultKind.Sticky),
        ("assertion", FaultKind.Assertion),
        ("segv", FaultKind.Segv),
        ("kill", FaultKind.Kill),
        ("hang", FaultKind.Hang),
        ("stop", FaultKind.Stop),
    ];

    /// <summary>The fault's name.</summary>
    public static string Word(this FaultKind fault) => Words.Single(pair => pair.Fault == fault).Word;

    /// <summary>Whether only a new process cures it: a device in the program's own process ends the program.</summary>
    public static bool NeedsNewProcess(this FaultKind fault) => fault >= FaultKind.Sticky;

    /// <summary>Whether a soak draws it when no faults are named; the others are asked for by name.</summary>
    public static bool IsDrawn(this FaultKind fault) => !fault.NeedsNewProcess() && fault != FaultKind.RealOom;

    /// <summary>Whether it must be detected from outside: otherwise the run hangs forever.</summary>
    public static bool NeedsWatcher(this FaultKind fault) => fault >= FaultKind.Hang;
}
