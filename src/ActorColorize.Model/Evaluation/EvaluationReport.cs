using ActorColorize.Model.Color;

namespace ActorColorize.Model.Evaluation;

/// <summary>The measures of models and baselines on a set of pictures.</summary>
/// <param name="Pictures">The number of pictures.</param>
/// <param name="Models">The model, then the compared model, if there is one.</param>
/// <param name="Grey">No colour at all: ab = 0.</param>
/// <param name="Random">The colours of another picture of the set; null for a single picture, which has no other.</param>
/// <param name="Mean">One colour for every pixel: <paramref name="MeanColor"/>.</param>
/// <param name="MeanColor">Mean colour of the training split.</param>
/// <param name="Truth">The true colours, as measures of a perfect model.</param>
/// <param name="TrueColors">How often each colour occurs in the pictures.</param>
/// <param name="ByCategory">Measures by category, in the order of the labels; empty if no picture has a label.</param>
public sealed record EvaluationReport(
    int Pictures,
    IReadOnlyList<ModelFigures> Models,
    PredictorFigures Grey,
    PredictorFigures? Random,
    PredictorFigures Mean,
    MeanColor MeanColor,
    MeasureSet Truth,
    AbHistogram TrueColors,
    IReadOnlyList<CategoryFigures> ByCategory
)
{
    /// <summary>The model.</summary>
    public ModelFigures Model => Models[0];

    /// <summary>The compared model, or null.</summary>
    public ModelFigures? Other => Models.Count > 1 ? Models[1] : null;
}

/// <summary>One predictor over a set of pictures.</summary>
/// <param name="Measures">Its measures.</param>
/// <param name="Curve">Its error curve.</param>
public record PredictorFigures(MeasureSet Measures, ErrorCurve Curve);

/// <summary>A model over a set of pictures.</summary>
/// <param name="Measures">Its measures.</param>
/// <param name="Curve">Its error curve.</param>
/// <param name="Colors">How often each colour occurs in its answers.</param>
/// <param name="Hues">How far its hues are from the true ones.</param>
/// <param name="Scenes">How well it recognised the scenes; null without scene head or labels.</param>
public sealed record ModelFigures(MeasureSet Measures, ErrorCurve Curve, AbHistogram Colors, HueErrors Hues, SceneScore? Scenes)
    : PredictorFigures(Measures, Curve);

/// <summary>How well a scene head recognised the categories of labelled pictures.</summary>
/// <param name="Labelled">Pictures with a label.</param>
/// <param name="Right">Those whose most probable scene is the labelled one.</param>
/// <param name="AmongTop">Those whose labelled scene is among the five most probable ones.</param>
public sealed record SceneScore(long Labelled, long Right, long AmongTop)
{
    /// <summary>Top-1 accuracy, 0..1.</summary>
    public double Accuracy => (double)Right / Labelled;

    /// <summary>Top-5 accuracy, 0..1.</summary>
    public double TopAccuracy => (double)AmongTop / Labelled;

    internal SceneScore Plus(SceneScore other) => new(Labelled + other.Labelled, Right + other.Right, AmongTop + other.AmongTop);
}

/// <summary>The pictures of one category.</summary>
/// <param name="Label">The category's number.</param>
/// <param name="Pictures">The number of pictures.</param>
/// <param name="Models">Measures of the models, in the order of <see cref="EvaluationReport.Models"/>.</param>
/// <param name="Scenes">How well each model recognised the category, in the same order; null where it has no scene head.</param>
/// <param name="Grey">No colour at all.</param>
/// <param name="TrueColorfulness">Mean of the true pictures.</param>
public sealed record CategoryFigures(
    int Label,
    int Pictures,
    IReadOnlyList<MeasureSet> Models,
    IReadOnlyList<SceneScore?> Scenes,
    MeasureSet Grey,
    double TrueColorfulness
)
{
    /// <summary>Measures of the model.</summary>
    public MeasureSet Model => Models[0];
}
