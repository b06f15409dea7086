#!/usr/bin/env bash
# Data Protection of ASP.NET Core 10 (10.0.12): with DisableAutomaticKeyGeneration(), data that were protected yesterday cannot be unprotected today
# if the newest key of the ring expired meanwhile, although that key is in the ring, and expired keys are documented to unprotect for ever.
# As soon as any other key is valid, the same data open again. So a service that never protects anything by itself (it reads keys that another one
# writes, or writes once in 90 days) stops working when nothing else is wrong, on the day its newest key turns 90 days old.
# Ends with 1 when that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
cat > finding.csproj <<'X'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><FrameworkReference Include="Microsoft.AspNetCore.App" /></ItemGroup>
</Project>
X
cat > Program.cs <<'X'
using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

var folder = new DirectoryInfo("ring");
ServiceProvider Services(bool generate)
{
    var services = new ServiceCollection();
    var builder = services.AddDataProtection().PersistKeysToFileSystem(folder).SetApplicationName("finding");
    if (!generate) builder.DisableAutomaticKeyGeneration();
    return services.BuildServiceProvider();
}

using (var writer = Services(generate: true))
{
    File.WriteAllText("text", writer.GetDataProtectionProvider().CreateProtector("p").Protect("secret"));
}

// The key as it will be in 100 days: made 100 days ago, expired for 10.
foreach (var file in folder.GetFiles("key-*.xml"))
{
    var now = DateTimeOffset.UtcNow;
    var key = XDocument.Load(file.FullName);
    key.Root!.Element("creationDate")!.SetValue(now.AddDays(-100));
    key.Root!.Element("activationDate")!.SetValue(now.AddDays(-100));
    key.Root!.Element("expirationDate")!.SetValue(now.AddDays(-10));
    key.Save(file.FullName);
}

string Read()
{
    using var reader = Services(generate: false);
    try { return reader.GetDataProtectionProvider().CreateProtector("p").Unprotect(File.ReadAllText("text")); }
    catch (Exception exception) when (exception is CryptographicException or InvalidOperationException) { return exception.GetBaseException().Message; }
}

Console.WriteLine($"version {typeof(IKeyManager).Assembly.GetName().Version}, runtime {Environment.Version}");
Console.WriteLine($"expired key alone in the ring: {Read()}");
using (var writer = Services(generate: false))
{
    writer.GetRequiredService<IKeyManager>().CreateNewKey(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(90));
}

Console.WriteLine($"with any other, valid key beside it: {Read()}");
X
dotnet run -v q 2>/dev/null | tee output
grep --quiet 'expired key alone in the ring: .*auto-generation of keys is disabled' output
grep --quiet 'with any other, valid key beside it: secret' output
