namespace ActorColorize.Imaging.Scenes;

/// <summary>What a scene shows; its lower-case name is the category in the dataset.</summary>
internal enum SceneKind
{
    /// <summary>Sea, sand, parasols, boats.</summary>
    Beach,

    /// <summary>A tree-lined path into the wood.</summary>
    Forest,

    /// <summary>Fields, hills, flowers in the foreground.</summary>
    Meadow,

    /// <summary>Snow-capped rock above conifers and a lake.</summary>
    Mountain,

    /// <summary>Sunset over water.</summary>
    Sunset,

    /// <summary>Houses with red roofs among trees.</summary>
    Village,
}
