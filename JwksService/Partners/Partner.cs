using B2BAssertions.Jose;

namespace B2BAssertions.JwksService.Partners;

/// <summary>A business partner, known by its client id.</summary>
internal sealed class Partner
{
    public const int MaxNameLength = 200;
    public const int MaxContactLength = 200;

    public required string ClientId { get; init; }

    public required string Name { get; set; }

    /// <summary>Names of the algorithms whose keys the partner may register.</summary>
    public required List<string> AllowedAlgorithms { get; set; }

    /// <summary>Whom to tell when a key has to be revoked; for operators alone.</summary>
    public string? Contact { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>While it is set, the partner's key set is empty and the partner changes nothing; its keys are kept.</summary>
    public DateTimeOffset? SuspendedAt { get; set; }

    public string? SuspensionReason { get; set; }

    /// <summary>
    /// Counts the changes of the partner and of all that belongs to it. Counting comes first in each change and locks the row, so changes
    /// of one partner follow one another (KR-10); from the number other replicas see that what they hold in memory is old.
    /// </summary>
    public long Revision { get; set; }

    public bool IsSuspended => SuspendedAt is not null;

    /// <summary>
    /// What the audit trail keeps of a partner. Never the contact, which may be a person's: from a trail that nobody can change it could
    /// not be erased (GDPR Article 17).
    /// </summary>
    public string Description => $"{Name}; {string.Join(", ", AllowedAlgorithms)}";

    public static Partner New(string clientId, PartnerDetails details, DateTimeOffset now) => new()
    {
        ClientId = clientId,
        Name = details.Name,
        AllowedAlgorithms = details.AllowedAlgorithms,
        Contact = details.Contact,
        CreatedAt = now,
    };

    public bool Allows(SigningAlgorithm algorithm) => AllowedAlgorithms.Contains(algorithm.Name);

    public bool IsAs(PartnerDetails details) =>
        Name == details.Name && Contact == details.Contact && AllowedAlgorithms.SequenceEqual(details.AllowedAlgorithms);

    /// <returns>What the audit trail keeps of the change; of the contact only that it is another.</returns>
    public string Change(PartnerDetails details)
    {
        var contactChanged = Contact != details.Contact;
        Name = details.Name;
        AllowedAlgorithms = details.AllowedAlgorithms;
        Contact = details.Contact;
        return contactChanged ? $"{Description}; contact changed" : Description;
    }
}
