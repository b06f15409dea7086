namespace B2BAssertions.JwksService.Audit;

/// <summary>In which role somebody acted.</summary>
internal enum ActorKind
{
    /// <summary>A client with the scope <c>partners:manage</c>.</summary>
    Operator,

    /// <summary>The partner itself, with the scope <c>keys</c>.</summary>
    Partner,

    /// <summary>Whoever held the enrolment token.</summary>
    EnrolmentToken,

    /// <summary>The service's own settings, at start.</summary>
    Configuration,
}
