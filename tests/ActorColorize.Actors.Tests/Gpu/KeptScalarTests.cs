using Mono.Cecil;

namespace ActorColorize.Actors.Tests.Gpu;

/// <summary>
/// Methods of TorchSharp that create a scalar inside may give a wrong result: the garbage collector can free its native part while LibTorch
/// reads it. They are found in TorchSharp's own code: those that convert a number to a scalar, and those that call such a method.
/// </summary>
public sealed class KeptScalarTests
{
    [Fact]
    public void No_method_of_TorchSharp_that_creates_a_scalar_is_called()
    {
        using var torchSharp = AssemblyDefinition.ReadAssembly(At("TorchSharp.dll"));
        var calls = Methods(torchSharp).ToDictionary(method => method.FullName, Called, StringComparer.Ordinal);
        var creating = calls
            .Where(pair => pair.Value.Any(IsConversion))
            .Select(pair => pair.Key)
            .Where(name => !IsConversion(name))
            .ToHashSet();
        while (
            calls.Where(pair => !creating.Contains(pair.Key) && creating.Overlaps(pair.Value)).Select(pair => pair.Key).ToList()
                is [_, ..] more
        )
            creating.UnionWith(more);
        Assert.Contains("TorchSharp.torch/Tensor TorchSharp.torch/Tensor::square()", creating);

        var found =
            from name in new[] { "ActorColorize.Model.dll", "ActorColorize.Interchange.dll", "ActorColorize.Actors.dll" }
            from method in Methods(AssemblyDefinition.ReadAssembly(At(name)))
            from called in Called(method).Where(creating.Contains)
            select $"{method.FullName} calls {called}";

        Assert.Empty(found);
    }

    private static bool IsConversion(string method) =>
        method.Contains("TorchSharp.Scalar::op_Implicit", StringComparison.Ordinal)
        || method.Contains("::ToScalar(", StringComparison.Ordinal);

    private static IEnumerable<string> Called(MethodDefinition method) =>
        method
            .Body.Instructions.Select(instruction => instruction.Operand)
            .OfType<MethodReference>()
            .Select(called => called.GetElementMethod().FullName)
            .Distinct();

    private static IEnumerable<MethodDefinition> Methods(AssemblyDefinition assembly) =>
        assembly.MainModule.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody);

    private static string At(string name) => Path.Combine(AppContext.BaseDirectory, name);
}
