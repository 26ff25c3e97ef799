namespace ActorColorize.Actors.Faults;

/// <summary>A fault that a fault injection can set off.</summary>
public enum FaultKind
{
    /// <summary>The step breaks off with the device's message that memory does not suffice.</summary>
    Oom,

    /// <summary>The step's loss is not a number.</summary>
    Nan,

    /// <summary>The device's actor fails without saying anything that is known.</summary>
    Crash,

    /// <summary>The loader fails.</summary>
    Data,

    /// <summary>The next checkpoint's files take seconds to write.</summary>
    SlowDisk,

    /// <summary>The next checkpoint finds no space left on the disk.</summary>
    FullDisk,

    /// <summary>The step breaks off with a message of CUDA after which its context is dead.</summary>
    Sticky,

    /// <summary>The device's process reads where there is no memory.</summary>
    Segv,

    /// <summary>The device's process kills itself, as the system does with one that takes too much memory.</summary>
    Kill,

    /// <summary>The device's thread never comes back.</summary>
    Hang,

    /// <summary>The device's process is stopped, and continues only if someone continues it.</summary>
    Stop,
}

/// <summary>The words for fault injections' faults.</summary>
public static class FaultKinds
{
    /// <summary>Every fault with its word.</summary>
    public static IReadOnlyList<(string Word, FaultKind Fault)> Words { get; } =
    [
        ("oom", FaultKind.Oom),
        ("nan", FaultKind.Nan),
        ("crash", FaultKind.Crash),
        ("data", FaultKind.Data),
        ("slow-disk", FaultKind.SlowDisk),
        ("full-disk", FaultKind.FullDisk),
        ("sticky", FaultKind.Sticky),
        ("segv", FaultKind.Segv),
        ("kill", FaultKind.Kill),
        ("hang", FaultKind.Hang),
        ("stop", FaultKind.Stop),
    ];

    /// <summary>The fault's word.</summary>
    public static string Word(this FaultKind fault) => Words.Single(pair => pair.Fault == fault).Word;

    /// <summary>Whether only a new process cures it: a device that shares the program's ends the program with itself.</summary>
    public static bool NeedsNewProcess(this FaultKind fault) => fault >= FaultKind.Sticky;

    /// <summary>Whether someone outside has to notice it: without, the run stands still for ever.</summary>
    public static bool NeedsWatcher(this FaultKind fault) => fault >= FaultKind.Hang;
}
