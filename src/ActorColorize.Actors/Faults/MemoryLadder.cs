using ActorColorize.Model.Training;

namespace ActorColorize.Actors.Faults;

/// <summary>
/// Levels of memory use for a step, from the highest down: as configured; with activations recomputed, which changes no bit; with half, a
/// quarter … of the pictures in the convolutions at once, which changes results by rounding; and at last with half, a quarter … of the
/// pictures trained on together, which changes them visibly, because batch norm then sees fewer. Goes down when memory runs out, and up
/// again after enough successful steps; if that was too early, the next time takes twice as many.
/// </summary>
public sealed class MemoryLadder
{
    private readonly List<StepMemory> _levels;
    private long _patience;
    private long _goodSteps;
    private bool _grown;

    /// <param name="microBatch">Pictures trained on together as configured.</param>
    /// <param name="stepsUntilGrowth">Successful steps before more memory is tried.</param>
    /// <param name="level">The initial level: 0 is the highest memory use; one beyond the last is the last.</param>
    public MemoryLadder(int microBatch, int stepsUntilGrowth, int level = 0)
    {
        _levels = Levels(microBatch);
        _patience = stepsUntilGrowth;
        Level = Math.Clamp(level, 0, _levels.Count - 1);
    }

    /// <summary>The current level: 0 is as configured.</summary>
    public int Level { get; private set; }

    /// <summary>The memory use of this level.</summary>
    public StepMemory Memory => _levels[Level];

    /// <summary>The last level for a micro-batch size.</summary>
    public static int LastLevel(int microBatch) => Levels(microBatch).Count - 1;

    /// <summary>The level in words, and what it does to the result.</summary>
    public string Describe() => Describe(_levels[0].MicroBatchSize, Level);

    /// <summary>A level in words, and what it does to the result.</summary>
    /// <param name="microBatch">Pictures trained on together as configured.</param>
    /// <param name="level">The level.</param>
    public static string Describe(int microBatch, int level)
    {
        var levels = Levels(microBatch);
        var memory = levels[Math.Clamp(level, 0, levels.Count - 1)];
        return memory switch
        {
            { Recomputes: false } => "activations are kept, as configured",
            { MicroBatchSize: var pictures } when pictures < microBatch =>
                $"{pictures} of {microBatch} pictures are trained on together, and batch norm sees only those: the result is noisier",
            { Piece: var piece } when piece < microBatch =>
                $"activations are computed again, {piece} of {microBatch} pictures at a time: slower, results differ only by rounding",
            _ => "activations are computed again instead of kept: slower, with the same result",
        };
    }

    /// <summary>Goes one level down because memory ran out; false on the last level.</summary>
    public bool TryShrink()
    {
        if (Level == _levels.Count - 1)
            return false;
        if (_grown && _goodSteps < _patience)
            _patience = Math.Min(_patience * 2, int.MaxValue);
        Level++;
        (_goodSteps, _grown) = (0, false);
        return true;
    }

    /// <summary>Counts a successful step; true if the next one is tried with more memory.</summary>
    public bool StepMade()
    {
        if (++_goodSteps < _patience || Level == 0)
            return false;
        Level--;
        (_goodSteps, _grown) = (0, true);
        return true;
    }

    private static List<StepMemory> Levels(int microBatch)
    {
        var levels = new List<StepMemory> { new(microBatch, Recomputes: false), new(microBatch, Recomputes: true) };
        for (var piece = Half(microBatch); levels[^1].Piece > 1; piece = Half(piece))
            levels.Add(new StepMemory(microBatch, Recomputes: true, piece));
        for (var pictures = Half(microBatch); levels[^1].MicroBatchSize > 1; pictures = Half(pictures))
            levels.Add(new StepMemory(pictures, Recomputes: true, PieceSize: 1));
        return levels;
    }

    private static int Half(int number) => (number + 1) / 2;
}
