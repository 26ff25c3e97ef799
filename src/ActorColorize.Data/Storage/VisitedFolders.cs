namespace ActorColorize.Data.Storage;

/// <summary>
/// Prevents a walk that follows linked folders from looping or visiting a file twice: a link is followed only if its target neither
/// contains nor lies in a folder tree that the walk already covers. The trees stay disjoint, so each real folder is visited at most once
/// and every walk terminates.
/// </summary>
internal sealed class VisitedFolders(string root)
{
    private readonly List<string> trees = [RealPath.Of(root)];

    /// <summary>Whether the walk may follow a link to this real folder; if so, the folder's tree becomes part of the walk.</summary>
    public bool TryEnter(string realFolder)
    {
        foreach (var tree in trees)
        {
            if (RealPath.IsWithin(tree, realFolder) || RealPath.IsWithin(realFolder, tree))
                return false;
        }

        trees.Add(realFolder);
        return true;
    }
}
