using System.Text;
using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>Binary columns: a job's state as the list of facts that produces it, a unit's pictures as their numbers.</summary>
internal static class StoredForms
{
    internal static byte[] OfState(JobState state)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        var facts = state.ToFacts();
        writer.Write7BitEncodedInt(facts.Count);
        foreach (var fact in facts)
        {
            var message = MessageBytes.Of(fact);
            writer.Write(message.Manifest);
            writer.Write7BitEncodedInt(message.Bytes.Length);
            writer.Write(message.Bytes.Span);
        }

        return bytes.ToArray();
    }

    internal static JobState ToState(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var facts = new JobEvents.IJobFact[reader.Read7BitEncodedInt()];
        for (var i = 0; i < facts.Length; i++)
        {
            var manifest = reader.ReadString();
            facts[i] = (JobEvents.IJobFact)new MessageBytes(manifest, reader.ReadBytes(reader.Read7BitEncodedInt())).ToMessage();
        }

        return JobState.From(facts);
    }

    /// <summary>Ascending numbers, stored as differences.</summary>
    internal static byte[] OfNumbers(IReadOnlyList<long> numbers)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write7BitEncodedInt(numbers.Count);
        var before = 0L;
        foreach (var number in numbers)
        {
            writer.Write7BitEncodedInt64(number - before);
            before = number;
        }

        return bytes.ToArray();
    }

    internal static long[] ToNumbers(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var numbers = new long[reader.Read7BitEncodedInt()];
        var before = 0L;
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = before += reader.Read7BitEncodedInt64();
        return numbers;
    }

    /// <summary>
    /// Text that every database accepts: PostgreSQL refuses the character 0, and an unpaired surrogate has no UTF-8 encoding.
    /// </summary>
    internal static string OfText(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !text.Contains('\0'))
            return text;
        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            whole.Append(rune.Value == 0 ? Rune.ReplacementChar : rune); // a lone surrogate is enumerated as the replacement
        return whole.ToString();
    }
}
