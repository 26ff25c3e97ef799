using System.Text.Json;

namespace ActorColorize.Rest.Tests;

/// <summary>Files of runs and jobs that a test writes down.</summary>
internal sealed class TrialFiles : IDaemonFiles
{
    public static readonly byte[] Png = [1, 2, 3, 4];

    public List<RunPanel> Drawn { get; } = [];

    public List<(string Folder, CurveQuery Query)> Asked { get; } = [];

    public IOException? Problem { get; init; }

    public RunCurves Curves(string folder, CurveQuery query)
    {
        if (Problem is not null)
            throw Problem;
        Asked.Add((folder, query));
        return new RunCurves("v-1-0-0", query.Cursor is null, 1, [10], [1.5], [null], [2], [0.1f], [3], [0], [4], [], []);
    }

    public RunColors? Colors(string folder, long? step) => step is 0 ? null : new(step ?? 20, 2, -110, 110, [0, 1, 0, 0], [0.5, 0.5, 0, 0]);

    public IReadOnlyList<RunPanel> Panels(string folder) => folder == "/run" ? Drawn : [];

    public Stream? OpenPanel(string folder, long step) => new MemoryStream(Png);

    public JsonElement? Document(string folder) => null;

    public Task<SmallPicture?> ThumbnailAsync(
        string root,
        string relativePath,
        int side,
        string? knownTag,
        CancellationToken cancellation
    ) =>
        Task.FromResult<SmallPicture?>(
            new($"tag{side}", knownTag == $"tag{side}" ? null : [.. Path.Join(root, relativePath).Select(c => (byte)c)])
        );
}
