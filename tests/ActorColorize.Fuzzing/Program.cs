using ActorColorize.Fuzzing;
using SharpFuzz;

// scripts/fuzz starts this program under afl-fuzz, which sends it one input after the other.
//   ActorColorize.Fuzzing TARGET            is driven by afl-fuzz
//   ActorColorize.Fuzzing TARGET FILE...    parses files, for example what was found; the build must not be instrumented
if (args.Length == 0 || !FuzzTargets.All.TryGetValue(args[0], out var target))
{
    Console.Error.WriteLine($"error: give one of the targets {string.Join(", ", FuzzTargets.All.Keys)}");
    return 2;
}

if (args.Length == 1)
{
    Fuzzer.OutOfProcess.Run(stream =>
    {
        using var input = new MemoryStream();
        stream.CopyTo(input);
        target(input.ToArray());
    });
    return 0;
}

foreach (var path in args[1..])
    target(File.ReadAllBytes(path));
Console.WriteLine($"{args.Length - 1} files parsed or refused");
return 0;
