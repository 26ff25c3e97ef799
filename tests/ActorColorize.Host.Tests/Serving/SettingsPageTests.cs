using System.Reflection;
using ActorColorize.Host.Serving;
using Microsoft.Extensions.Configuration;

namespace ActorColorize.Host.Tests.Serving;

/// <summary><c>config/README.md</c> describes every setting that the daemon knows.</summary>
public sealed class SettingsPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "config", "README.md"));

    public static TheoryData<string> Keys =>
        [
            .. from section in typeof(ServeKeys).GetProperties()
            from key in section.PropertyType.IsNested
                ? section.PropertyType.GetProperties().Select(key => $"{NameOf(section)}.{NameOf(key)}")
                : [NameOf(section)]
            select key,
        ];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_setting_is_on_the_page(string key) => Assert.Contains($"`{key}`", Page, StringComparison.Ordinal);

    private static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name ?? property.Name.ToLowerInvariant();
}
