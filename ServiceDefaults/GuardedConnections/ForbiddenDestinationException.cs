namespace B2BAssertions.ServiceDefaults.GuardedConnections;

/// <summary>No connection was made, because none may be made there; the message names host and address.</summary>
public sealed class ForbiddenDestinationException(string message) : Exception(message);
