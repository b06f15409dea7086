namespace B2BAssertions.AppHost.Settings;

/// <summary>Which authorization server the system trusts.</summary>
internal enum AuthorizationServerKind
{
    /// <summary>The repository's own; needs neither a container nor a licence.</summary>
    Embedded,

    /// <summary>The Curity Identity Server in a container; needs a licence.</summary>
    Curity,

    /// <summary>One that runs elsewhere.</summary>
    Other,
}
