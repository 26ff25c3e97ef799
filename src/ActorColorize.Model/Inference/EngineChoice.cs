namespace ActorColorize.Model.Inference;

/// <summary>What a network is run with.</summary>
public enum EngineChoice
{
    /// <summary>LibTorch, which also trains.</summary>
    Torch,

    /// <summary>ONNX Runtime, on a CPU.</summary>
    Onnx,

    /// <summary>The faster of both on this machine, provided that they agree.</summary>
    Auto,
}

/// <summary>The names of engines, as options and settings have them.</summary>
public static class EngineChoices
{
    /// <summary>The name.</summary>
    public static string Word(this EngineChoice engine) =>
        engine switch
        {
            EngineChoice.Torch => "torch",
            EngineChoice.Onnx => "onnx",
            EngineChoice.Auto => "auto",
            _ => throw new ArgumentOutOfRangeException(nameof(engine), engine, "Unknown engine."),
        };
}
