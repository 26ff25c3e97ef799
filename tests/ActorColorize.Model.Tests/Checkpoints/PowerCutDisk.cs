using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Model.Tests.Checkpoints;

/// <summary>What survives a power cut of that which was not flushed.</summary>
internal enum Survival
{
    /// <summary>Nothing: names and bytes are as of the last flush of the folder or file. The least that POSIX promises.</summary>
    FlushedOnly,

    /// <summary>Names, but no bytes: files that were not flushed are empty.</summary>
    NamesOnly,

    /// <summary>Names and lengths: bytes that were not flushed are zero.</summary>
    NamesAndLengths,

    /// <summary>Everything: the process was killed, the power stayed.</summary>
    All,

    /// <summary>Each folder and each file as it comes, by a seed.</summary>
    Random,
}

/// <summary>
/// A disk that works and also keeps a record of every step: folders made, bytes written, flushes, renames, deletions. Any prefix of the
/// record can be played on an imagined disk that knows which names and bytes are flushed, the power cut there, and what survives laid out
/// as real folders.
/// </summary>
internal sealed class PowerCutDisk(string root) : ICheckpointDisk
{
    private readonly List<Action<Imagined>> record = [];

    /// <summary>Steps so far.</summary>
    public int Steps => record.Count;

    public void CreateFolder(string path)
    {
        Directory.CreateDirectory(path);
        record.Add(disk => disk.Make(Parts(path)));
    }

    public void WriteFile(string path, Action<Stream> write)
    {
        using var content = new MemoryStream();
        var parts = Parts(path);
        record.Add(disk => disk.Folder(parts[..^1]).Live.Add(parts[^1], new Node { Bytes = [] }));
        write(new Pieces(content, piece => record.Add(disk => disk.File(parts).Write(piece))));
        record.Add(disk => disk.File(parts).FlushBytes());
        File.WriteAllBytes(path, content.ToArray());
    }

    public void SyncFolder(string path)
    {
        var parts = Parts(path);
        record.Add(disk => disk.Folder(parts).FlushNames());
    }

    public void MoveFolder(string path, string newPath)
    {
        Directory.Move(path, newPath);
        var (from, to) = (Parts(path), Parts(newPath));
        record.Add(disk =>
        {
            var parent = disk.Folder(from[..^1]);
            parent.Live.Add(to[^1], parent.Live[from[^1]]);
            parent.Live.Remove(from[^1]);
        });
    }

    public void DeleteFolder(string path)
    {
        var parts = Parts(path);
        foreach (var file in Directory.EnumerateFiles(path))
        {
            var name = Path.GetFileName(file);
            record.Add(disk => disk.Folder(parts).Live.Remove(name));
            record.Add(disk => disk.Folder(parts).FlushNames());
        }

        record.Add(disk => disk.Folder(parts[..^1]).Live.Remove(parts[^1]));
        Directory.Delete(path, recursive: true);
    }

    public long? FreeBytes(string path) => null;

    /// <summary>Changes bytes behind the back of everybody, as a failing disk does.</summary>
    public void Damage(string path, Func<byte[], byte[]> damage)
    {
        var damaged = damage(File.ReadAllBytes(path));
        File.WriteAllBytes(path, damaged);
        var parts = Parts(path);
        record.Add(disk =>
        {
            disk.File(parts).Bytes = damaged;
            disk.File(parts).FlushBytes();
        });
    }

    /// <summary>
    /// Creates under <paramref name="target"/> the files that survive a power failure after <paramref name="steps"/> steps.
    /// </summary>
    public void CutPower(int steps, Survival survival, int seed, string target)
    {
        var disk = new Imagined();
        foreach (var step in record.Take(steps))
            step(disk);
        disk.Root.LayOut(target, survival, new Random(seed));
    }

    private string[] Parts(string path) =>
        Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar).Where(part => part != ".").ToArray();

    private sealed class Node
    {
        public Dictionary<string, Node> Live { get; } = [];

        public Dictionary<string, Node> Flushed { get; private set; } = [];

        /// <summary>Null for a folder.</summary>
        public byte[]? Bytes { get; set; }

        private int flushedBytes;

        public void Write(byte[] piece) => Bytes = [.. Bytes!, .. piece];

        public void FlushBytes() => flushedBytes = Bytes!.Length;

        public void FlushNames() => Flushed = new Dictionary<string, Node>(Live);

        public void LayOut(string path, Survival survival, Random random)
        {
            if (Bytes is not null)
            {
                File.WriteAllBytes(path, Surviving(survival, random));
                return;
            }

            Directory.CreateDirectory(path);
            var flushedOnly = survival == Survival.FlushedOnly || (survival == Survival.Random && random.Next(2) == 0);
            foreach (var (name, node) in flushedOnly ? Flushed : Live)
                node.LayOut(Path.Join(path, name), survival, random);
        }

        private byte[] Surviving(Survival survival, Random random) =>
            survival switch
            {
                Survival.All => Bytes!,
                Survival.NamesAndLengths => [.. Bytes!.AsSpan(0, flushedBytes), .. new byte[Bytes!.Length - flushedBytes]],
                Survival.Random => Bytes![..random.Next(flushedBytes, Bytes!.Length + 1)],
                _ => Bytes![..flushedBytes],
            };
    }

    private sealed class Imagined
    {
        public Node Root { get; } = new();

        public void Make(string[] parts)
        {
            var node = Root;
            foreach (var part in parts)
            {
                if (!node.Live.TryGetValue(part, out var next))
                    node.Live.Add(part, next = new Node());
                node = next;
            }
        }

        public Node Folder(string[] parts) => parts.Aggregate(Root, (node, part) => node.Live[part]);

        public Node File(string[] parts) => Folder(parts);
    }

    private sealed class Pieces(MemoryStream content, Action<byte[]> onPiece) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => content.Length;

        public override long Position
        {
            get => content.Position;
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            content.Write(buffer);
            onPiece(buffer.ToArray());
        }

        public override void Flush() => content.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
