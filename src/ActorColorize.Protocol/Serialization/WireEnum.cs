using System.Runtime.Serialization;

namespace ActorColorize.Protocol.Serialization;

/// <summary>
/// Enumerations on the wire: the value plus one, so that an absent field (0) is not mistaken for a member. Members' numbers are permanent:
/// only append.
/// </summary>
internal static class WireEnum
{
    internal static int Of<T>(T value)
        where T : struct, Enum => Convert.ToInt32(value, null) + 1;

    /// <exception cref="SerializationException">There is no such member.</exception>
    internal static T To<T>(int number)
        where T : struct, Enum
    {
        var value = (T)Enum.ToObject(typeof(T), number - 1);
        return Enum.IsDefined(value) ? value : throw new SerializationException($"{number} is not a valid {typeof(T).Name}");
    }

    /// <summary>0 for nothing.</summary>
    internal static int OfOptional<T>(T? value)
        where T : struct, Enum => value is { } present ? Of(present) : 0;

    /// <summary>Nothing for 0.</summary>
    internal static T? ToOptional<T>(int number)
        where T : struct, Enum => number == 0 ? null : To<T>(number);
}
