using B2BAssertions.AppHost;

var builder = DistributedApplication.CreateBuilder(
    new DistributedApplicationOptions { Args = args, DashboardApplicationName = "B2BAssertions" });
if (builder.ExecutionContext.IsPublishMode)
{
    Console.Error.WriteLine("The AppHost publishes nothing. 'dotnet run --project deploy/publisher' writes the compose file; deploy/compose/README.md has the whole command.");
    return 1;
}

if (!builder.TryAddSystem())
{
    return 1;
}

builder.Build().Run();
return 0;
