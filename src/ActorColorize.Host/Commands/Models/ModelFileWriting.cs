using System.CommandLine;
using ActorColorize.Data.Storage;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Host.Commands.Models;

/// <summary>Writes a model to the file that the user chose, and reports it.</summary>
internal static class ModelFileWriting
{
    /// <summary>The <c>--force</c> switch of the commands that write a model.</summary>
    public static Option<bool> Force() => OptionValues.Switch("--force", "Replace the file if it exists");

    /// <summary>Rejects a target that is not writable, or that exists and must not be replaced.</summary>
    /// <param name="option">The option that gave the path.</param>
    /// <param name="path">The target file, absolute.</param>
    /// <param name="source">The file that is read, absolute.</param>
    /// <param name="force">Whether an existing file may be replaced.</param>
    /// <exception cref="OutputException">The target is rejected.</exception>
    /// <exception cref="UsageException">The name ends in a hash, which the new file will not have.</exception>
    public static void RequirePlace(string option, string path, string source, bool force)
    {
        if (Directory.Exists(path))
            throw new OutputException($"{option} {path} is a folder; give a file name");
        if (PublishedHash.Of(path) is { } hash)
            throw new UsageException($"{option} {path}: '{hash}' would be read as the hash of the file's content; choose another name");
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw new OutputException($"{option} {path}: the folder does not exist; create it first");
        if (string.Equals(path, source, StringComparison.Ordinal))
            throw new OutputException($"{option} {path} is the model itself; choose another file");
        if (File.Exists(path) && !force)
            throw new OutputException($"{path} already exists; choose another file with {option}, or replace it with --force");
    }

    /// <summary>Writes the model, and shows what was written.</summary>
    public static void Write(
        Screen screen,
        ModelSource model,
        ModelDefaults use,
        ModelFormat format,
        string path,
        TensorType type = TensorType.Float32
    )
    {
        ModelExport.Write(model, use, format, path, type);
        var bytes = new FileInfo(path).Length;
        var sha256 = FileHash.Sha256Hex(path);
        screen.Line($"{path}: {Quantities.Bytes(bytes)}, {model.Network}, SHA-256 {sha256[..PublishedHash.Digits]}…");
        screen.Json(
            new
            {
                File = path,
                Bytes = bytes,
                Sha256 = sha256,
                From = model.Path,
                Network = model.Network,
            }
        );
    }
}
