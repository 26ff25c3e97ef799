namespace ActorColorize.Data.Storage;

/// <summary>
/// Keeps a walk that follows linked folders from going round in circles or meeting a file twice: a link is followed only when its target
/// neither contains nor lies in a folder
/// tree that the walk already has. The trees stay disjoint, so each real folder is met at most once and every walk ends.
/// </summary>
internal sealed class VisitedFolders(string root)
{
    private readonly List<string> trees = [RealPath.Of(root)];

    /// <summary>Whether the walk may follow a link to this real folder; if so, the folder's tree is from now on part of the walk.</summary>
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
