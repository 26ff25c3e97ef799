namespace ActorColorize.Imaging.Integrity;

/// <summary>Reads the values of a Netpbm file that is text.</summary>
internal static class PnmText
{
    /// <summary>The next value; null at the end of the file, −1 if there is something that is no value of this file.</summary>
    public static int? Next(ByteWindow bytes, PnmHeader header)
    {
        var value = bytes.ReadByte();
        while (PnmHeader.IsSpace(value) || value == '#')
        {
            if (value == '#' && !bytes.SkipTo((byte)'\n'))
                return null;
            value = bytes.ReadByte();
        }

        if (value < 0)
            return null;
        if (header.IsBilevel)
            return value is '0' or '1' ? value - '0' : -1; // no space is needed between bits
        var number = 0;
        var digits = 0;
        for (; value is >= '0' and <= '9' && number <= header.Maximum; value = bytes.ReadByte(), digits++)
            number = (10 * number) + (value - '0');
        return digits > 0 && number <= header.Maximum && (value < 0 || PnmHeader.IsSpace(value)) ? number : -1;
    }
}
