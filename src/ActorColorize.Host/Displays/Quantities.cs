using System.Globalization;

namespace ActorColorize.Host.Displays;

/// <summary>Human-readable times, sizes and rates.</summary>
internal static class Quantities
{
    /// <summary>"8 s", "4 min 05 s", "1 h 12 min", "3 d 4 h".</summary>
    public static string Time(TimeSpan time)
    {
        var seconds = (long)Math.Round(Math.Max(0, time.TotalSeconds));
        return seconds switch
        {
            < 60 => $"{seconds} s",
            < 3600 => $"{seconds / 60} min {seconds % 60:00} s",
            < 86_400 => $"{seconds / 3600} h {seconds % 3600 / 60:00} min",
            _ => $"{seconds / 86_400} d {seconds % 86_400 / 3600} h",
        };
    }

    /// <summary>"14:32" today, "Mon 14:32" within a week, "2026-03-01 14:32" later; local time.</summary>
    /// <param name="moment">The moment shown.</param>
    /// <param name="now">The current time, which also sets the time zone.</param>
    public static string Clock(DateTimeOffset moment, DateTimeOffset now)
    {
        var local = moment.ToOffset(now.Offset);
        var format =
            local.Date == now.Date ? "HH:mm"
            : local - now < TimeSpan.FromDays(6) ? "ddd HH:mm"
            : "yyyy-MM-dd HH:mm";
        return local.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>"512 B", "1.4 MB", "23.0 GB"; in powers of 1000.</summary>
    public static string Bytes(long bytes)
    {
        ReadOnlySpan<string> units = ["B", "kB", "MB", "GB", "TB", "PB"];
        var unit = 0;
        double value = bytes;
        for (; Math.Abs(value) >= 999.5 && unit < units.Length - 1; unit++)
            value /= 1000;
        return unit == 0 ? $"{bytes} B"
            : value < 99.95 ? $"{value:0.0} {units[unit]}"
            : $"{value:0} {units[unit]}";
    }

    /// <summary>"0.32", "41.2", "1,204": three significant digits.</summary>
    public static string Rate(double perSecond) =>
        perSecond < 1 ? perSecond.ToString("0.00")
        : perSecond < 99.95 ? perSecond.ToString("0.0")
        : perSecond.ToString("N0");

    /// <summary>A count with thousands separators: "12,034".</summary>
    public static string Count(long count) => count.ToString("N0");

    /// <summary>"1 picture", "12,034 pictures".</summary>
    public static string Count(long count, string one) => count == 1 ? $"1 {one}" : $"{count:N0} {one}s";
}
