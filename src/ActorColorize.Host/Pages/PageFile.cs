using System.Text;
using ActorColorize.Data.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorColorize.Host.Pages;

/// <summary>
/// Renders Razor components to files, without a web server. All values are escaped. The components of one file are in memory at a time,
/// and their markup is written as it is made.
/// </summary>
internal static class PageFile
{
    /// <summary>Renders a component to a file, which is replaced as a whole.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="parameters">The component's parameters, by name.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write<TComponent>(string path, Dictionary<string, object?> parameters)
        where TComponent : IComponent => AtomicFile.Write(path, stream =>
        {
            using var text = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
            Render<TComponent>(text, parameters);
        });

    /// <summary>Renders a component.</summary>
    public static void Render<TComponent>(TextWriter output, Dictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        // No component waits for anything, so the task has ended when it is returned.
        renderer
            .Dispatcher.InvokeAsync(async () =>
                (await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters))).WriteHtmlTo(output)
            )
            .GetAwaiter()
            .GetResult();
    }
}
