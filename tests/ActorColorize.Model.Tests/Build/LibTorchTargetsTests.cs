using System.Runtime.CompilerServices;
using ActorColorize.Model.Tests.Devices;

namespace ActorColorize.Model.Tests.Build;

/// <summary>Which builds recreate the edited library, tested by one run of MSBuild over a sequence of builds.</summary>
[Trait("Speed", "Slow")]
public class LibTorchTargetsTests
{
    [Fact]
    public void The_library_is_made_once_per_package_and_output_folder_and_again_after_an_interruption()
    {
        using var folder = new ScratchFolder();
        // Two versions of the package: the second is longer by one byte, which no loader minds.
        foreach (var (version, tail) in new[] { ("1", ""), ("2", "x") })
        {
            Directory.CreateDirectory(folder.File(version));
            File.Copy(PackageFile.Path, folder.File(version, "libLibTorchSharp.so"));
            File.AppendAllText(folder.File(version, "libLibTorchSharp.so"), tail);
        }

        WriteProjects(folder);
        var (exitCode, output) = MSBuildRun.Of(folder.File("history.proj"));

        Assert.True(exitCode == 0, output);
        var made = output
            .Split('\n')
            .Select(static line => line.Trim())
            .Where(static line => line.StartsWith("build ", StringComparison.Ordinal))
            .ToArray();
        Assert.Equal(
            [
                "build 1 into bin: true",
                "build 1 into bin:",
                "build 2 into bin: true",
                "build 2 into bin:",
                "build 2 into other: true",
                "build 2 into other: true", // the library was lost
                "build 2 into other: true", // the stamp was lost, as when a build is interrupted
                "build none into other:",
            ],
            made
        );
        var second = File.ReadAllBytes(folder.File("2", "libLibTorchSharp.so"));
        Assert.Equal(second.Length, new FileInfo(folder.File("bin", "libLibTorchSharp.so")).Length);
        Assert.NotEqual(second, File.ReadAllBytes(folder.File("bin", "libLibTorchSharp.so")));
    }

    private static void WriteProjects(ScratchFolder folder, [CallerFilePath] string thisFile = "")
    {
        var targets = Path.GetFullPath(
            Path.Combine(Path.GetDirectoryName(thisFile)!, "../../../src/ActorColorize.Model/build/LibTorch.targets")
        );
        File.WriteAllText(
            folder.File("one.proj"),
            $"""
            <Project DefaultTargets="Build">
              <PropertyGroup>
                <OutDir>$(MSBuildThisFileDirectory)$(Folder)/</OutDir>
                <IntermediateOutputPath>$(MSBuildThisFileDirectory)obj/</IntermediateOutputPath>
              </PropertyGroup>
              <ItemGroup Condition="'$(Package)' != 'none'">
                <LibTorchSharpNativeFile Include="$(MSBuildThisFileDirectory)$(Package)/libLibTorchSharp.so" />
              </ItemGroup>
              <Import Project="{targets}" />
              <Target Name="Build" DependsOnTargets="RelaxLibTorchSharpInOutput">
                <Message Importance="high" Text="build $(Package) into $(Folder): $(MakesLibTorchSharp)" />
              </Target>
            </Project>
            """
        );
        // The number makes each a build of its own; MSBuild would answer a repeated request from memory.
        var number = 0;
        string Build(string package, string output) =>
            $"<MSBuild Projects=\"$(MSBuildThisFileDirectory)one.proj\" "
            + $"Properties=\"Package={package};Folder={output};Number={number++}\" />";
        File.WriteAllText(
            folder.File("history.proj"),
            $"""
            <Project>
              <Target Name="Build">
                {Build("1", "bin")}
                {Build("1", "bin")}
                {Build("2", "bin")}
                {Build("2", "bin")}
                {Build("2", "other")}
                <Delete Files="$(MSBuildThisFileDirectory)other/libLibTorchSharp.so" />
                {Build("2", "other")}
                <Delete Files="$(MSBuildThisFileDirectory)obj/libLibTorchSharp.source" />
                {Build("2", "other")}
                {Build("none", "other")}
              </Target>
            </Project>
            """
        );
    }
}
