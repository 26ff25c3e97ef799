using ActorColorize.Host.Pages;
using Microsoft.AspNetCore.Components;

namespace ActorColorize.Host.Tests;

/// <summary>The markup of a component, as it is written to a file.</summary>
internal static class RenderedComponent
{
    public static string Of<TComponent>(Dictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        using var text = new StringWriter();
        PageFile.Render<TComponent>(text, parameters);
        return text.ToString();
    }
}
