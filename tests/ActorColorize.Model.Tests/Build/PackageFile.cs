using System.Reflection;

namespace ActorColorize.Model.Tests.Build;

/// <summary>libLibTorchSharp.so as TorchSharp's package holds it.</summary>
internal static class PackageFile
{
    /// <summary>Written down by the build, since the package cache may be anywhere.</summary>
    public static string Path =>
        System.IO.Path.Combine(
            typeof(PackageFile)
                .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(static metadata => metadata.Key == "TorchSharpPackage")
                .Value!,
            "runtimes",
            "linux-x64",
            "native",
            "libLibTorchSharp.so"
        );
}
