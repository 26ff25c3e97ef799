using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace ActorColorize.Imaging.Metadata;

/// <summary>
/// Marks in a picture's XMP that machine-made colour was added: <c>Iptc4xmpExt:DigitalSourceType</c> with the value for a picture that is
/// part original, part the work of a trained algorithm. Existing properties are kept.
/// </summary>
/// <remarks>
/// Sources: IPTC Photo Metadata Standard 2023.1, Digital Source Type, and the NewsCodes vocabulary of that name; XMP specification part 1
/// (ISO 16684-1).
/// </remarks>
internal static class XmpPacket
{
    /// <summary>The vocabulary's value: an original with elements made by a generative or other trained model.</summary>
    public const string SourceType = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";

    private static readonly XNamespace Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    private static readonly XNamespace Meta = "adobe:ns:meta/";
    private static readonly XNamespace IptcExtension = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
    private static readonly XNamespace Tiff = "http://ns.adobe.com/tiff/1.0/";

    /// <summary>Marks a packet.</summary>
    /// <param name="original">The picture's packet in any encoding that XML can name; empty if it has none. A packet that is not valid XMP
    /// (not well-formed, or without RDF) is replaced.</param>
    /// <returns>The packet to write, UTF-8, with its wrapper. tiff:Orientation, where it was given, is 1: the pixels are upright
    /// now.</returns>
    public static byte[] Mark(ReadOnlySpan<byte> original)
    {
        var document = TryParse(original) ?? new XDocument();
        var descriptions = Descriptions(document);
        foreach (var description in descriptions)
        {
            description.Attributes(IptcExtension + "DigitalSourceType").Remove();
            description.Elements(IptcExtension + "DigitalSourceType").Remove();
            description.Attribute(Tiff + "Orientation")?.SetValue("1");
            description.Element(Tiff + "Orientation")?.SetValue("1");
        }

        var first = descriptions[0];
        if (first.GetPrefixOfNamespace(IptcExtension) is null)
            first.Add(new XAttribute(XNamespace.Xmlns + "Iptc4xmpExt", IptcExtension.NamespaceName));
        first.Add(new XElement(IptcExtension + "DigitalSourceType", SourceType));
        return Wrap(document.Root!);
    }

    private static XDocument? TryParse(ReadOnlySpan<byte> packet)
    {
        // Writers pad with spaces, some with zeros, which XML forbids.
        var trimmed = packet.TrimEnd((byte)0);
        if (trimmed.IsEmpty)
            return null;
        try
        {
            using var reader = XmlReader.Create(
                new MemoryStream(trimmed.ToArray(), writable: false),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null }
            );
            var document = XDocument.Load(reader);
            // The wrapper is x:xmpmeta today and was x:xapmeta before 2004; RDF may also stand alone.
            return document.Root!.Name == Rdf + "RDF" || document.Root.Element(Rdf + "RDF") is not null ? document : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>The packet's descriptions, created if they are missing; at least one.</summary>
    private static List<XElement> Descriptions(XDocument document)
    {
        if (document.Root is null)
            document.Add(new XElement(Meta + "xmpmeta", new XAttribute(XNamespace.Xmlns + "x", Meta.NamespaceName)));
        var rdf = document.Root!.Name == Rdf + "RDF" ? document.Root : document.Root.Element(Rdf + "RDF");
        if (rdf is null)
        {
            rdf = new XElement(Rdf + "RDF", new XAttribute(XNamespace.Xmlns + "rdf", Rdf.NamespaceName));
            document.Root.Add(rdf);
        }

        var descriptions = rdf.Elements(Rdf + "Description").ToList();
        if (descriptions.Count == 0)
        {
            descriptions.Add(new XElement(Rdf + "Description", new XAttribute(Rdf + "about", "")));
            rdf.Add(descriptions[0]);
        }

        return descriptions;
    }

    // Without the padding that lets other programs edit in place: a JPEG segment has room for 65,502 bytes.
    private static byte[] Wrap(XElement root)
    {
        var text =
            $"<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>{root.ToString(SaveOptions.DisableFormatting)}<?xpacket "
            + "end=\"w\"?>";
        return Encoding.UTF8.GetBytes(text);
    }
}
