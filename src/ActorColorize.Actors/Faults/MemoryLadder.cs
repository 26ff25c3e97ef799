using ActorColorize.Model.Training;

namespace ActorColorize.Actors.Faults;

/// <summary>
/// Ways to fit a step into memory, from the roomiest down: as configured; with activations recomputed, which changes no result; then with half, a quarter … of the
/// pictures on the device at once, which changes it slightly, because batch norm then sees fewer pictures. Down when memory does not suffice, up again after enough good
/// steps; if that turns out to have been too early, it takes twice as many the next time.
/// </summary>
/// <param name="microBatch">Pictures on the device at once as configured.</param>
/// <param name="stepsUntilGrowth">Good steps before more memory is tried.</param>
/// <param name="level">Where to begin: 0 is the roomiest.</param>
public sealed class MemoryLadder(int microBatch, int stepsUntilGrowth, int level = 0)
{
    private long _patience = stepsUntilGrowth;
    private long _goodSteps;
    private bool _grown;

    /// <summary>0: as configured; 1: recomputing; each one more halves the pictures on the device.</summary>
    public int Level { get; private set; } = Math.Clamp(level, 0, LastLevel(microBatch));

    /// <summary>How steps are made on this level.</summary>
    public StepMemory Memory => At(Level);

    /// <summary>Memory did not suffice: one level down. False on the last one.</summary>
    public bool TryShrink()
    {
        if (Level == LastLevel(microBatch)) return false;
        if (_grown && _goodSteps < _patience) _patience = Math.Min(_patience * 2, int.MaxValue);
        Level++;
        (_goodSteps, _grown) = (0, false);
        return true;
    }

    /// <summary>A step was made; true where the next one is tried with more memory.</summary>
    public bool StepMade()
    {
        if (++_goodSteps < _patience || Level == 0) return false;
        Level--;
        (_goodSteps, _grown) = (0, true);
        return true;
    }

    /// <summary>The level in words, and what it does to the result.</summary>
    public string Describe() => (Level, Memory.MicroBatchSize) switch
    {
        (0, _) => "activations are kept, as configured",
        (1, _) => "activations are computed again instead of kept: slower, with the same result",
        (_, var pictures) => $"{pictures} of {microBatch} pictures are on the device at once and batch norm sees only those: losses differ slightly from those of undivided batches",
    };

    private static int LastLevel(int microBatch)
    {
        var level = 1;
        while (MicroBatchAt(microBatch, level) > 1) level++;
        return level;
    }

    private static int MicroBatchAt(int microBatch, int level) => level <= 1 ? microBatch : (int)Math.Ceiling(microBatch / Math.Pow(2, level - 1));

    private StepMemory At(int at) => new(MicroBatchAt(microBatch, at), Recomputes: at > 0);
}
