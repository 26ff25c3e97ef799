using System.Runtime.Serialization;

namespace ActorColorize.Protocol.Serialization;

/// <summary>Times and durations on the wire: ticks of 100 ns, times since year 1 in UTC.</summary>
internal static class WireTime
{
    internal static long Of(DateTimeOffset time) => time.UtcTicks;

    internal static long Of(TimeSpan duration) => duration.Ticks;

    internal static TimeSpan Duration(long ticks) => new(ticks);

    /// <exception cref="SerializationException">Beyond the calendar.</exception>
    internal static DateTimeOffset Time(long ticks) =>
        ticks >= 0 && ticks <= DateTime.MaxValue.Ticks
            ? new(ticks, TimeSpan.Zero)
            : throw new SerializationException($"{ticks} is not a valid time");
}
