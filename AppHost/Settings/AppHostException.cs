namespace B2BAssertions.AppHost.Settings;

/// <summary>The system cannot be described as the settings say, and who started it can do something about it: the message says what.</summary>
internal sealed class AppHostException(string message) : Exception(message);
