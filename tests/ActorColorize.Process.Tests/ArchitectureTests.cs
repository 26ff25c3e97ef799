using System.Xml.Linq;

namespace ActorColorize.Process.Tests;

/// <summary>The structure of the repository: references between projects, and locations of files.</summary>
public sealed class ArchitectureTests
{
    // A project may refer only to projects and packages of its own line.
    private static readonly Dictionary<string, (string[] Projects, string[] Packages)> Allowed = new(StringComparer.Ordinal)
    {
        ["ActorColorize.Protocol"] = ([], ["Akka", "Google.Protobuf", "Grpc.Tools"]),
        ["ActorColorize.Data"] = ([], []),
        ["ActorColorize.Imaging"] = (
            ["Data"],
            [
                "BitMiracle.LibJpeg.NET",
                "NetVips",
                "NetVips.Native",
                "SixLabors.ImageSharp",
                "SkiaSharp",
                "SkiaSharp.NativeAssets.Linux.NoDependencies",
            ]
        ),
        ["ActorColorize.Model"] = (
            ["Protocol", "Data"],
            [
                "Microsoft.CodeAnalysis.BannedApiAnalyzers",
                "TorchSharp",
                "TorchSharp-cuda-linux",
                "TorchSharp-cuda-windows",
                "libtorch-cpu-linux-x64",
                "libtorch-cpu-osx-arm64",
                "libtorch-cpu-win-x64",
            ]
        ),
        ["ActorColorize.Interchange"] = (
            ["Data", "Model"],
            ["Google.Protobuf", "Grpc.Tools", "Microsoft.ML.OnnxRuntime", "System.IO.Hashing"]
        ),
        ["ActorColorize.Actors"] = (
            ["Protocol", "Data", "Imaging", "Model", "Interchange"],
            [
                "Akka",
                "Akka.Cluster",
                "Akka.Cluster.Tools",
                "Akka.Hosting",
                "Akka.Persistence",
                "Akka.Persistence.Sql",
                "Akka.Remote",
                "Akka.Streams",
                "Google.Protobuf",
                "Grpc.Tools",
                "Microsoft.Data.Sqlite",
                "Npgsql",
            ]
        ),
        ["ActorColorize.Host"] = (
            ["Actors", "Client", "Gateway", "Rest"],
            [
                "Microsoft.Extensions.Hosting.Systemd",
                "OpenTelemetry.Exporter.OpenTelemetryProtocol",
                "Serilog",
                "Serilog.Extensions.Hosting",
                "Serilog.Sinks.File",
                "Spectre.Console",
                "System.CommandLine",
            ]
        ),
        ["ActorColorize.Client"] = (["Protocol"], ["Akka", "Akka.Remote"]),
        ["ActorColorize.Gateway"] = (["Protocol"], ["Akka", "Akka.Hosting", "Akka.Remote"]),
        ["ActorColorize.Rest"] = (
            ["Gateway"],
            ["Microsoft.AspNetCore.OpenApi", "OpenTelemetry.Exporter.Prometheus.AspNetCore", "OpenTelemetry.Extensions.Hosting"]
        ),
    };

    private static readonly string[] TopLevel =
    [
        "src",
        "tests",
        "config",
        "scripts",
        "docker",
        "README.md",
        "ActorColorize.sln",
        "Directory.Build.props",
        "Directory.Build.targets",
        "Directory.Packages.props",
        "global.json",
    ];

    private static readonly string[] TextEndings =
    [
        ".cs",
        ".csproj",
        ".props",
        ".targets",
        ".sln",
        ".json",
        ".md",
        ".sh",
        ".css",
        ".js",
        ".py",
        ".razor",
        ".html",
        ".yml",
        ".editorconfig",
        ".gitignore",
        string.Empty,
    ];

    [Fact]
    public void Every_project_refers_only_to_allowed_projects()
    {
        var projects = Directory.GetFiles(Path.Combine(Installation.Root, "src"), "*.csproj", SearchOption.AllDirectories);
        Assert.NotEmpty(projects);
        foreach (var file in projects)
        {
            var name = Path.GetFileNameWithoutExtension(file);
            Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} is not in the table of projects");
            var xml = XDocument.Load(file);
            foreach (
                var reference in Includes(xml, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))
            )
                Assert.True(allowed.Projects.Contains(reference["ActorColorize.".Length..]), $"{name} must not refer to {reference}");
            foreach (var package in Includes(xml, "PackageReference"))
                Assert.True(allowed.Packages.Contains(package), $"{name} must not use the package {package}");
        }
    }

    [Fact]
    public void Every_test_project_tests_its_project_and_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Installation.Root, "ActorColorize.sln"));
        foreach (var file in Directory.GetFiles(Path.Combine(Installation.Root, "tests"), "*.csproj", SearchOption.AllDirectories))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            Assert.Contains($"{name}.csproj", solution);
            if (!name.EndsWith(".Tests", StringComparison.Ordinal) || name == "ActorColorize.Process.Tests")
                continue;
            string[] tested = name switch
            {
                // The two ends of one wire
                "ActorColorize.Client.Tests" => ["ActorColorize.Client", "ActorColorize.Gateway"],
                // The two readers of one checkpoint
                "ActorColorize.Model.Tests" => ["ActorColorize.Model", "ActorColorize.Interchange"],
                _ => [name[..^".Tests".Length]],
            };
            Assert.Equal(tested, Includes(XDocument.Load(file), "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path)));
        }
    }

    [Fact]
    public void The_top_level_holds_only_known_files()
    {
        var ignored = File.ReadAllLines(Path.Combine(Installation.Root, ".gitignore"))
            .Select(line => line.Trim('/'))
            .ToHashSet(StringComparer.Ordinal);
        var strangers = new DirectoryInfo(Installation.Root)
            .EnumerateFileSystemInfos()
            .Select(entry => entry.Name)
            .Where(name => !name.StartsWith('.') && !TopLevel.Contains(name) && !ignored.Contains(name));

        Assert.Empty(strangers);
    }

    [Fact]
    public void No_file_contains_paths_of_the_machine_it_was_written_on()
    {
        // Put together here, so that this file does not hold them itself.
        string[] traces = [$"/{"work"}/", $"/tmp/{"wt"}", $"/{"root"}/"];
        var found = new List<string>();
        foreach (var file in ProjectFiles())
        {
            var text = File.ReadAllText(file);
            found.AddRange(
                traces
                    .Where(trace => text.Contains(trace, StringComparison.Ordinal))
                    .Select(trace => $"{Path.GetRelativePath(Installation.Root, file)}: {trace}")
            );
        }

        Assert.Empty(found);
    }

    [Fact]
    public void Folders_and_files_have_domain_names()
    {
        string[] empty = ["Utils", "Util", "Helpers", "Helper", "Manager", "Common", "Misc"];
        var poor = ProjectFiles()
            .Select(file => Path.GetRelativePath(Installation.Root, file))
            .Where(path =>
                path.Split('/')
                    .Select(part => Path.GetFileNameWithoutExtension(part))
                    .Any(part => empty.Any(word => part.EndsWith(word, StringComparison.Ordinal)))
            );

        Assert.Empty(poor);
    }

    internal static IEnumerable<string> ProjectFiles() =>
        Directory
            .EnumerateFiles(Installation.Root)
            .Concat(
                new[] { "src", "tests", "config", "scripts", "docker", ".ci" }
                    .Select(folder => Path.Combine(Installation.Root, folder))
                    .Where(Directory.Exists)
                    .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            )
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "TestResults" or "BenchmarkDotNet.Artifacts"))
            .Where(file => TextEndings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase));

    private static IEnumerable<string> Includes(XDocument project, string element) =>
        project.Descendants(element).Select(item => (string)item.Attribute("Include")!);
}
