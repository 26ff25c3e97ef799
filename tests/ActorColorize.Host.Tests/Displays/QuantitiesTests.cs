using ActorColorize.Host.Displays;

namespace ActorColorize.Host.Tests.Displays;

public sealed class QuantitiesTests
{
    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(59.6, "1 min 00 s")]
    [InlineData(245, "4 min 05 s")]
    [InlineData(4320, "1 h 12 min")]
    [InlineData(273_600, "3 d 4 h")]
    [InlineData(-3, "0 s")]
    public void Times(double seconds, string text) => Assert.Equal(text, Quantities.Time(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_400_000, "1.4 MB")]
    [InlineData(812_000_000, "812 MB")]
    [InlineData(999_999, "1.0 MB")]
    [InlineData(23_040_000_000, "23.0 GB")]
    public void Sizes(long bytes, string text) => Assert.Equal(text, Quantities.Bytes(bytes));

    [Theory]
    [InlineData(0.318, "0.32")]
    [InlineData(41.23, "41.2")]
    [InlineData(1204.4, "1,204")]
    public void Rates(double rate, string text) => Assert.Equal(text, Quantities.Rate(rate));

    [Theory]
    [InlineData("2026-03-02T14:32:00+01:00", "14:32")]
    [InlineData("2026-03-02T13:32:00Z", "14:32")]
    [InlineData("2026-03-04T09:05:00+01:00", "Wed 09:05")]
    [InlineData("2026-04-01T09:05:00+01:00", "2026-04-01 09:05")]
    public void Moments_as_seen_on_a_Monday_in_March(string moment, string text) =>
        Assert.Equal(text, Quantities.Clock(DateTimeOffset.Parse(moment), DateTimeOffset.Parse("2026-03-02T10:00:00+01:00")));

    [Theory]
    [InlineData("plain name.jpg", "plain name.jpg")]
    [InlineData("two\nlines.jpg", "two\\u000alines.jpg")]
    [InlineData("\u001b[31mred.jpg", "\\u001b[31mred.jpg")]
    [InlineData("gpj.\u202eevil", "gpj.\\u202eevil")]
    [InlineData("sun 🌞 é.jpg", "sun 🌞 é.jpg")]
    public void Names_cannot_act_on_the_terminal(string name, string shown) => Assert.Equal(shown, PrintableName.Of(name));
}
