using System.Text;

namespace ActorColorize.Protocol.Serialization;

/// <summary>Configuration of an actor system that speaks with other processes.</summary>
public static class StrictSerialization
{
    /// <summary>
    /// HOCON: every message of the list is bound to <see cref="ProtocolSerializer"/>; nothing else of ours can be sent or received, and there is no fallback to JSON. Akka's own messages
    /// keep their serializers.
    /// </summary>
    public static string Hocon { get; } = Write();

    /// <summary>Whether a message is on the list of those that may leave their process.</summary>
    public static bool Carries(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return ProtocolMessages.Contains(message);
    }

    private static string Write()
    {
        var bindings = new StringBuilder();
        foreach (var mapping in ProtocolMessages.All) bindings.AppendLine($"    \"{NameOf(mapping.Type)}\" = protocol");
        return $$"""
            akka.actor {
              serialization-settings.allow-unregistered-types = off
              serializers {
                json = "{{NameOf(typeof(RefusingSerializer))}}"
                protocol = "{{NameOf(typeof(ProtocolSerializer))}}"
              }
              serialization-bindings {
                "System.Object" = json
            {{bindings}}
              }
            }
            """;
    }

    private static string NameOf(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";
}
