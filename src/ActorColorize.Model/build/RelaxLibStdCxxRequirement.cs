using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

/// <summary>
/// Makes a copy of libLibTorchSharp.so load on hosts whose libstdc++ is older than GCC 13's (Debian 12, Ubuntu 22.04). One symbol alone
/// asks for GLIBCXX_3.4.32: std::ios_base_library_init(), the newer way to initialise the standard streams. The older way, the constructor
/// std::ios_base::Init::Init(), has the same effect and never touches its object, so the import is renamed to it, given its version
/// (GLIBCXX_3.4), and the newer version is marked as weak, i.e. not required. Newer hosts still have the older symbol, so the edited copy
/// loads everywhere. Runs again without effect.
/// </summary>
public sealed class RelaxLibStdCxxRequirement : Task
{
    private const string NewerName = "_ZSt21ios_base_library_initv";
    private const string OlderName = "_ZNSt8ios_base4InitC1Ev";
    private const string NewerVersion = "GLIBCXX_3.4.32";
    private const string OlderVersion = "GLIBCXX_3.4";
    private const ushort WeakVersionFlag = 2; // VER_FLG_WEAK, System V gABI symbol versioning

    /// <summary>The copy in an output folder, never the file in the package cache.</summary>
    [Required]
    public string File { get; set; }

    public override bool Execute()
    {
        try
        {
            var image = System.IO.File.ReadAllBytes(File);
            if (!Relax(image))
                return true;
            var aside = File + ".relaxing";
            System.IO.File.WriteAllBytes(aside, image);
            System.IO.File.Delete(File); // a new file, so that a link to the package cache is never written through
            System.IO.File.Move(aside, File);
            return true;
        }
        catch (Exception e) when (e is not InvalidDataException && e is IOException or UnauthorizedAccessException)
        {
            Log.LogError("{0} cannot be edited so that it loads on older hosts: {1}", File, e.Message);
            return false;
        }
        catch (Exception e) when (e is InvalidDataException or IndexOutOfRangeException or ArgumentException or OverflowException)
        {
            Log.LogError(
                "{0} does not look as expected ({1}): this step was written for TorchSharp 0.107.0; look at its imports with 'objdump "
                    + "-T' and adapt {2}.",
                File,
                e.Message,
                nameof(RelaxLibStdCxxRequirement)
            );
            return false;
        }
    }

    /// <summary>Edits the image in place; false if it has already been edited.</summary>
    private static bool Relax(byte[] image)
    {
        if (
            image.Length < 64
            || image[0] != 0x7F
            || image[1] != 'E'
            || image[2] != 'L'
            || image[3] != 'F'
            || image[4] != 2
            || image[5] != 1
        )
            throw new InvalidDataException("not a 64-bit little-endian ELF file");
        var sections = Sections(image);
        var symbols = Need(sections, ".dynsym");
        var strings = Need(sections, ".dynstr");
        var versions = Need(sections, ".gnu.version");
        var requirements = Need(sections, ".gnu.version_r");

        var newer = FindVersion(image, requirements, strings, NewerVersion);
        var older = FindVersion(image, requirements, strings, OlderVersion);
        if (newer < 0)
            throw new InvalidDataException("does not ask for " + NewerVersion);
        if (older < 0)
            throw new InvalidDataException("does not ask for " + OlderVersion);
        var newerIndex = U16(image, newer + 6);
        var olderIndex = U16(image, older + 6);

        int found = -1;
        var count = (int)(symbols.Size / 24);
        for (var i = 0; i < count; i++)
        {
            var name = Text(image, strings.Offset + U32(image, symbols.Offset + i * 24L));
            var version = U16(image, versions.Offset + i * 2L) & 0x7FFF;
            if (name == NewerName)
                found = i;
            else if (version == newerIndex)
                throw new InvalidDataException("another symbol, " + name + ", asks for " + NewerVersion);
        }

        if (found < 0)
        {
            if ((U16(image, newer + 4) & WeakVersionFlag) != 0)
                return false;
            throw new InvalidDataException("does not import " + NewerName);
        }

        var nameOffset = U32(image, symbols.Offset + found * 24L);
        for (var i = 0; i < count; i++)
        {
            var offset = U32(image, symbols.Offset + i * 24L);
            if (i != found && offset >= nameOffset && offset < nameOffset + NewerName.Length)
                throw new InvalidDataException("another symbol shares the name's bytes");
        }

        var bytes = Encoding.ASCII.GetBytes(OlderName.PadRight(NewerName.Length, '\0'));
        Array.Copy(bytes, 0, image, strings.Offset + nameOffset, bytes.Length);
        PutU16(image, versions.Offset + found * 2L, olderIndex);
        PutU16(image, newer + 4, (ushort)(U16(image, newer + 4) | WeakVersionFlag));
        return true;
    }

    /// <summary>Offset of the Elf64_Vernaux record that names the version; −1 if there is none.</summary>
    private static long FindVersion(byte[] image, Section requirements, Section strings, string version)
    {
        for (var need = requirements.Offset; ; )
        {
            var aux = need + U32(image, need + 8);
            for (var left = U16(image, need + 2); left > 0; left--)
            {
                if (Text(image, strings.Offset + U32(image, aux + 8)) == version)
                    return aux;
                aux += U32(image, aux + 12);
            }

            var next = U32(image, need + 12);
            if (next == 0)
                return -1;
            need += next;
        }
    }

    private static Dictionary<string, Section> Sections(byte[] image)
    {
        var table = (long)U64(image, 0x28);
        var size = U16(image, 0x3A);
        var count = U16(image, 0x3C);
        var names = (long)U64(image, table + (long)U16(image, 0x3E) * size + 0x18);
        var sections = new Dictionary<string, Section>();
        for (var i = 0; i < count; i++)
        {
            var header = table + (long)i * size;
            sections[Text(image, names + U32(image, header))] = new Section
            {
                Offset = (long)U64(image, header + 0x18),
                Size = (long)U64(image, header + 0x20),
            };
        }

        return sections;
    }

    private static Section Need(Dictionary<string, Section> sections, string name)
    {
        if (sections.TryGetValue(name, out var section))
            return section;
        throw new InvalidDataException("has no section " + name);
    }

    private static string Text(byte[] image, long offset)
    {
        var end = Array.IndexOf(image, (byte)0, checked((int)offset));
        return Encoding.ASCII.GetString(image, (int)offset, end - (int)offset);
    }

    private static ushort U16(byte[] image, long offset) => BitConverter.ToUInt16(image, checked((int)offset));

    private static uint U32(byte[] image, long offset) => BitConverter.ToUInt32(image, checked((int)offset));

    private static ulong U64(byte[] image, long offset) => BitConverter.ToUInt64(image, checked((int)offset));

    private static void PutU16(byte[] image, long offset, ushort value) =>
        Array.Copy(BitConverter.GetBytes(value), 0, image, checked((int)offset), 2);

    private struct Section
    {
        public long Offset;
        public long Size;
    }
}
