namespace ActorColorize.Protocol;

/// <summary>Identifies a colorizing job.</summary>
/// <param name="Value">Lower-case letters, digits and dashes; sorts by creation time.</param>
public readonly record struct JobId(string Value)
{
    /// <summary>A new id: UTC time to the second and six random hexadecimal digits.</summary>
    public static JobId New(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return new JobId(SortableId.New(clock));
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
