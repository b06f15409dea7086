namespace B2BAssertions.JwksService.Enrolment;

/// <summary>Who gave an enrolment token out, and so who takes it back.</summary>
internal enum EnrolmentTokenSource
{
    /// <summary>The configuration: the token is open only while it stands there. Tokens of any other source are left alone at start.</summary>
    Configuration,

    /// <summary>An operator, through the API.</summary>
    Operator,
}
