namespace B2BAssertions.IntegrationTests.PartnerClientTests.Doctor;

public abstract class DoctorRuns(DoctorSystem system)
{
    internal DoctorSystem Servers { get; } = system;

    /// <summary>The right client but for one setting, or for its clock.</summary>
    private protected async Task<Examined> RunAsync(string? setting = null, string? value = null, TimeProvider? time = null)
    {
        using var folder = new DoctorFolder(KeyFileMaker.Pem);
        var settings = Servers.Settings;
        if (setting is not null)
        {
            settings[$"PartnerClient:{setting}"] = value!;
        }

        return await Examined.RunAsync(folder.Path, settings, time);
    }
}
