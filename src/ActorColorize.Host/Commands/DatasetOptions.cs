namespace ActorColorize.Host.Commands;

/// <summary>What <c>dataset inspect</c> was asked to do.</summary>
internal sealed record DatasetInspectOptions
{
    /// <summary>Folder of pictures: MiniPlaces kit or plain folder.</summary>
    public required string Data { get; init; }

    /// <summary>The only split to look at; null: all of them.</summary>
    public string? Split { get; init; }

    /// <summary>Folder for a page with the findings; null: none.</summary>
    public string? Report { get; init; }

    /// <summary>Write one JSON object for programs instead of text for people.</summary>
    public bool Json { get; init; }
}
