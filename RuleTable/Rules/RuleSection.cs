namespace B2BAssertions.RuleTable.Rules;

/// <param name="Prefix">How the ids of its rules begin.</param>
/// <param name="Title">Heading in the document.</param>
/// <param name="Service">The service that enforces its rules, with the libraries; what another service says of them proves nothing.</param>
/// <param name="IsComplete">Each rule must be proved. False while the section is being built: a rule without a test is shown as open.</param>
internal sealed record RuleSection(string Prefix, string Title, string Service, bool IsComplete, IReadOnlyList<Rule> Rules);
