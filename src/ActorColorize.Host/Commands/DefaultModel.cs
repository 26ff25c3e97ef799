using ActorColorize.Host.Failures;
using ActorColorize.Host.Logging;

namespace ActorColorize.Host.Commands;

/// <summary>
/// The model that is used when none is named: the one trained last on this account. Its run folder is remembered in one small file
/// in the account's state folder, and whoever uses it is told which one it is.
/// </summary>
internal sealed class DefaultModel
{
    private readonly string _file;

    /// <summary>Uses the account's state folder.</summary>
    public DefaultModel()
        : this(StateFolder.Root)
    {
    }

    /// <summary>Uses another folder.</summary>
    internal DefaultModel(string stateFolder) => _file = Path.Combine(stateFolder, "last-model");

    /// <summary>Remembers a run whose first checkpoint is on disk. Failing to do so never fails the run.</summary>
    /// <param name="runFolder">The run folder.</param>
    /// <returns>Null, or why it could not be remembered.</returns>
    public string? Remember(string runFolder)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            var aside = $"{_file}.{Environment.ProcessId}.partial";
            File.WriteAllText(aside, Path.GetFullPath(runFolder));
            File.Move(aside, _file, overwrite: true);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    /// <summary>The model to use, and how it was chosen in words.</summary>
    /// <param name="given">The value of <c>--model</c>, or null.</param>
    /// <exception cref="UserException">None was given, and none was trained on this account or it is gone.</exception>
    public (string Path, string Choice) Choose(string? given)
    {
        if (given is not null)
            return (given, given);
        var remembered = File.Exists(_file) ? File.ReadAllText(_file) : null;
        if (string.IsNullOrEmpty(remembered))
            throw new InputException("no model: name one with --model (a .safetensors or .pth file, a checkpoint folder or a run folder), or make one with 'train' or 'demo'");
        if (!Path.Exists(remembered))
            throw new InputException($"no model: the one trained last, {remembered}, is gone; name another with --model");
        return (remembered, $"{remembered} (trained last on this account; --model names another)");
    }
}
