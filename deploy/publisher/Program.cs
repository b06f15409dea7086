using B2BAssertions.AppHost;
using B2BAssertions.AppHost.Publisher;

// Writes docker-compose.yaml and .env of the system that AppHost describes; deploy/compose/README.md has the command.
var builder = DistributedApplication.CreateBuilder(["--operation", "publish", "--step", "publish", .. args]);
builder.AddComposeFile();
if (!builder.TryAddSystem())
{
    return 1;
}

builder.HardenComposeServices();
builder.Build().Run();
return 0;
