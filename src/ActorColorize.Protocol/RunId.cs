namespace ActorColorize.Protocol;

/// <summary>Identifies a training run across restarts and devices.</summary>
/// <param name="Value">Lower-case letters, digits and dashes; sorts by creation time.</param>
public readonly record struct RunId(string Value)
{
    /// <summary>A new id: UTC time to the second and six random hexadecimal digits.</summary>
    public static RunId New(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return new RunId(SortableId.New(clock));
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
