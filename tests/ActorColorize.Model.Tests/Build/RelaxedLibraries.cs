using System.Runtime.CompilerServices;
using ActorColorize.Model.Tests.Devices;

namespace ActorColorize.Model.Tests.Build;

/// <summary>
/// Files of every kind that the build step may meet, and one run of MSBuild that lets it loose on each of them, twice on the good one.
/// </summary>
public sealed class RelaxedLibraries : IDisposable
{
    public const string Copy = "copy.so";
    public const string Cache = "cache.so";
    public const string Link = "link.so";
    public const string Text = "text.so";
    public const string Cut = "cut.so";
    public const string OtherSymbol = "other-symbol.so";
    public const string OtherVersion = "other-version.so";
    public const string Missing = "missing.so";

    /// <summary>The good file is given this time between the two runs.</summary>
    public static readonly DateTime TimeBetweenRuns = new(2020, 2, 2, 2, 2, 2, DateTimeKind.Utc);

    private readonly ScratchFolder _folder = new();
    private readonly Dictionary<string, byte[]> _prepared = [];
    private readonly string _output;

    public RelaxedLibraries()
    {
        Package = File.ReadAllBytes(PackageFile.Path);
        Prepare(Copy, Package);
        Prepare(Cache, Package);
        File.CreateSymbolicLink(PathOf(Link), PathOf(Cache));
        Prepare(Text, "no library"u8.ToArray());
        Prepare(Cut, Package[..(Package.Length / 2)]);
        Prepare(OtherSymbol, Changed("_ZSt21ios_base_library_initv\0"u8, "_ZSt21ios_base_library_inity\0"u8));
        Prepare(OtherVersion, Changed("GLIBCXX_3.4.32\0"u8, "GLIBCXX_3.4.33\0"u8));
        (ExitCode, _output) = Run();
    }

    /// <summary>The file as TorchSharp's package holds it.</summary>
    public byte[] Package { get; }

    /// <summary>Of MSBuild.</summary>
    public int ExitCode { get; }

    public string PathOf(string name) => _folder.File(name);

    public byte[] Read(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>The file as it was before the step.</summary>
    public byte[] Prepared(string name) => _prepared[name];

    /// <summary>The line of MSBuild's output that is an error and names the file.</summary>
    public string ErrorAbout(string name) =>
        _output
            .Split('\n')
            .FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal))
        ?? "no error in: " + _output;

    public void Dispose() => _folder.Dispose();

    private void Prepare(string name, byte[] content)
    {
        _prepared[name] = content;
        File.WriteAllBytes(PathOf(name), content);
    }

    private byte[] Changed(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        var image = (byte[])Package.Clone();
        to.CopyTo(image.AsSpan(image.AsSpan().IndexOf(from)));
        return image;
    }

    private (int ExitCode, string Output) Run([CallerFilePath] string thisFile = "")
    {
        var step = Path.GetFullPath(
            Path.Combine(Path.GetDirectoryName(thisFile)!, "../../../src/ActorColorize.Model/build/RelaxLibStdCxxRequirement.cs")
        );
        string Relax(string name) => $"<RelaxLibStdCxxRequirement File=\"{PathOf(name)}\" ContinueOnError=\"ErrorAndContinue\" />";
        var project = _folder.File("step.proj");
        File.WriteAllText(
            project,
            $"""
            <Project>
              <UsingTask TaskName="RelaxLibStdCxxRequirement" TaskFactory="RoslynCodeTaskFactory"
                         AssemblyFile="$(MSBuildToolsPath)/Microsoft.Build.Tasks.Core.dll">
                <Task><Code Type="Class" Language="cs" Source="{step}" /></Task>
              </UsingTask>
              <Target Name="Build">
                {Relax(Copy)}
                <Touch Files="{PathOf(Copy)}" Time="{TimeBetweenRuns.ToLocalTime():yyyy-MM-ddTHH:mm:ss}" />
                {string.Join('\n', new[] { Copy, Link, Text, Cut, OtherSymbol, OtherVersion, Missing }.Select(Relax))}
              </Target>
            </Project>
            """
        );
        return MSBuildRun.Of(project);
    }
}
