namespace B2BAssertions.JwksService.Audit;

/// <summary>Who makes a change, and from where.</summary>
/// <param name="Name">Client id, or the id of the enrolment token.</param>
/// <param name="Address">Network address of the sender; none for the configuration.</param>
/// <param name="TraceId">Trace of the request, under which the logs tell more.</param>
internal sealed record Actor(ActorKind Kind, string Name, string? Address, string? TraceId)
{
    public static readonly Actor Configuration = new(ActorKind.Configuration, "configuration", Address: null, TraceId: null);

    public bool IsOperator => Kind is ActorKind.Operator;
}
