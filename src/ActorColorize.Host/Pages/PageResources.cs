using System.Text;
using Microsoft.AspNetCore.Components;

namespace ActorColorize.Host.Pages;

/// <summary>The style sheet and the script that every page carries within itself.</summary>
internal static class PageResources
{
    /// <summary>The style sheet of all pages.</summary>
    public static MarkupString Style { get; } = Read("pages.css");

    /// <summary>The custom elements of pages that have any.</summary>
    public static MarkupString Script { get; } = Read("pages.js");

    private static MarkupString Read(string name)
    {
        using var stream = typeof(PageResources).Assembly.GetManifestResourceStream(typeof(PageResources), name)
            ?? throw new InvalidOperationException($"{name} is not embedded in the program");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new MarkupString(reader.ReadToEnd());
    }
}
