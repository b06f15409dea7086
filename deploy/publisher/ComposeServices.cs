using Aspire.Hosting.Docker.Resources.ComposeNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes.Swarm;

using B2BAssertions.AppHost.Curity;
using B2BAssertions.AppHost.Settings;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.AppHost.Publisher;

/// <summary>How a service runs in the compose file that is published.</summary>
internal static class ComposeServices
{
    /// <summary>One can stop without a failed flow.</summary>
    private const int Replicas = 2;

    /// <summary>The user of .NET's images.</summary>
    private const string User = "1654";

    /// <summary>The home of that user: the one folder that is its own, and so is a new volume that is mounted there.</summary>
    private const string Home = "/home/app";

    /// <summary>Where compose mounts secrets.</summary>
    private const string Secrets = "/run/secrets";

    private const string Temporary = "/tmp";

    private const string PostgresPassword = "POSTGRES_PASSWORD";

    /// <summary>Files that an operator makes, beside the compose file; deploy/compose/README.md tells how.</summary>
    private const string SecretsFolder = "./secrets";

    public static void AddComposeFile(this IDistributedApplicationBuilder builder) =>
        builder.AddDockerComposeEnvironment("compose")
            .WithDashboard(false)
            .ConfigureComposeFile(file =>
            {
                file.AddVolume(new Volume { Name = ServiceNames.PartnerClient, Driver = "local" });
                foreach (var secret in file.Services.Values.SelectMany(service => service.Secrets).Select(secret => secret.Source!).Distinct())
                {
                    file.Secrets[secret] = new Secret { Name = null, File = $"{SecretsFolder}/{secret}" };
                }
            })
            .ConfigureEnvFile(variables => variables.Remove(PostgresPassword));

    public static void HardenComposeServices(this IDistributedApplicationBuilder builder)
    {
        foreach (var service in builder.Resources.OfType<ProjectResource>())
        {
            builder.CreateResourceBuilder(service).PublishAsDockerComposeService((_, compose) => HardenService(service, compose));
        }

        foreach (var server in builder.Resources.OfType<PostgresServerResource>())
        {
            builder.CreateResourceBuilder(server).PublishAsDockerComposeService((_, compose) => HardenPostgres(compose));
        }

        foreach (var server in builder.Resources.OfType<CurityIdentityServerResource>())
        {
            builder.CreateResourceBuilder(server).PublishAsDockerComposeService((_, compose) => LimitCurity(compose));
        }
    }

    private static void HardenService(ProjectResource service, Service compose)
    {
        // Whoever has files that outlive its container runs once, because nobody shares them.
        var keepsFiles = service.Name == ServiceNames.PartnerClient;
        Harden(compose);
        compose.User = User;
        // The service asks itself: its image has neither a shell nor curl. The program has the project's name.
        compose.Healthcheck = Check("CMD", "dotnet", $"/app/{Path.GetFileNameWithoutExtension(service.GetProjectMetadata().ProjectPath)}.dll", HealthProbe.Name);
        // The delay of a stop, the requests under way, and some room.
        compose.StopGracePeriod = "30s";
        compose.Deploy = Limited(cpus: "1.0", memory: "512M", keepsFiles ? 1 : Replicas);
        WaitForHealth(compose);

        if (keepsFiles)
        {
            compose.AddVolume(new Volume { Name = service.Name, Type = "volume", Source = service.Name, Target = Home });
        }
        else
        {
            compose.Tmpfs.Add($"{Home}:uid={User},mode=0700");
        }

        // Compose mounts a secret under the setting's name, where SettingNames.SecretsDirectory finds it.
        foreach (var secret in service.Annotations.OfType<SecretFileAnnotation>())
        {
            var name = SettingNames.ToEnvironmentVariable(secret.SettingName);
            compose.Environment.Remove(name);
            compose.Environment[SettingNames.SecretsDirectory] = Secrets;
            compose.Secrets.Add(new SecretReference { Source = secret.Secret, Target = name });
        }
    }

    /// <summary>As its own user, with a password from a file; in the environment every process of the container would have it.</summary>
    private static void HardenPostgres(Service compose)
    {
        Harden(compose);
        compose.User = "postgres";
        compose.Tmpfs.Add("/var/run/postgresql");
        compose.Environment.Remove(PostgresPassword);
        compose.Environment[$"{PostgresPassword}_FILE"] = $"{Secrets}/postgres-password";
        compose.Secrets.Add(new SecretReference { Source = "postgres-password" });
        compose.Healthcheck = Check("CMD", "pg_isready", "--host=127.0.0.1", "--username=postgres");
        compose.StopGracePeriod = "60s";
        compose.Deploy = Limited(cpus: "2.0", memory: "1G");
    }

    /// <summary>The image has a user of its own, which needs no capability, and writes where its user may.</summary>
    private static void LimitCurity(Service compose)
    {
        DropPrivileges(compose);
        compose.Restart = "unless-stopped";
        compose.Deploy = Limited(cpus: "2.0", memory: "2G");
    }

    private static void Harden(Service compose)
    {
        compose.ReadOnly = true;
        DropPrivileges(compose);
        compose.Tmpfs.Add(Temporary);
        compose.Restart = "unless-stopped";
    }

    private static void DropPrivileges(Service compose)
    {
        compose.CapDrop.Add("ALL");
        compose.SecurityOpt.Add("no-new-privileges:true");
    }

    /// <summary>The generated file waits for a start only. Curity's image has nothing that could ask for its health.</summary>
    private static void WaitForHealth(Service compose)
    {
        foreach (var (name, dependency) in compose.DependsOn)
        {
            dependency.Condition = name == AppHostSettings.Curity ? dependency.Condition : "service_healthy";
        }
    }

    private static Deploy Limited(string cpus, string memory, int? replicas = null) =>
        new() { Replicas = replicas, Resources = new() { Limits = new() { Cpus = cpus, Memory = memory } } };

    private static Healthcheck Check(params string[] test) =>
        new() { Test = [.. test], Interval = "10s", Timeout = "5s", Retries = 3, StartPeriod = "60s" };
}
