using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace B2BAssertions.Pkcs11Keys;

/// <summary>Which slot holds the token of the settings. A library may show cards of others beside it, and those may be of no use.</summary>
internal sealed class TokenSlots(TokenSettings settings, TokenFaults faults)
{
    /// <param name="slots">Those with a token in them.</param>
    /// <exception cref="TokenException">None or several hold a token with the label.</exception>
    /// <exception cref="Pkcs11Exception">None holds it, and one that could be it does not tell its label.</exception>
    public ISlot Find(IEnumerable<ISlot> slots)
    {
        var found = new List<ISlot>();
        var others = new List<string>();
        Pkcs11Exception? failure = null;
        foreach (var slot in slots)
        {
            try
            {
                var label = slot.GetTokenInfo().Label;
                if (label == settings.TokenLabel)
                {
                    found.Add(slot);
                }
                else if (label.Length > 0)
                {
                    others.Add(label);
                }
            }
            catch (Pkcs11Exception exception)
            {
                // A card that nobody here asked for: not recognized, or pulled out just now.
                failure = exception;
            }
        }

        return found switch
        {
            [var slot] => slot,
            [] => throw failure ?? (Exception)faults.TokenAbsent(others),
            _ => throw faults.TokenAmbiguous(found.Count),
        };
    }
}
