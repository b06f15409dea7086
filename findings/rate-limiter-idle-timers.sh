#!/usr/bin/env bash
# System.Threading.RateLimiting of .NET 10 (10.0.12): a PartitionedRateLimiter that nobody has ever used wakes its process about ten times a second, for
# ever: it keeps a timer of 100 ms to replenish and drop partitions, also while there are none. With 20 of them (one for each policy of a service) about
# 600 wake-ups were seen in 5 s, counted as voluntary context switches, and none without: an idle service is never idle.
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
using System.Threading.RateLimiting;

long Switches() => Directory.GetDirectories("/proc/self/task").Sum(task => File.ReadLines(task + "/status")
    .Where(line => line.StartsWith("voluntary_ctxt_switches")).Sum(line => long.Parse(line.Split('\t')[1])));

long During5s()
{
    Thread.Sleep(2000);
    var before = Switches();
    Thread.Sleep(5000);
    return Switches() - before;
}

var without = During5s();
var limiters = Enumerable.Range(0, 20).Select(_ => PartitionedRateLimiter.Create<string, string>(
    key => RateLimitPartition.GetFixedWindowLimiter(key, _ => new() { PermitLimit = 1, Window = TimeSpan.FromHours(1) }))).ToList();
var with = During5s();
GC.KeepAlive(limiters);
Console.WriteLine($"{Environment.Version}: wake-ups in 5 s without a limiter {without}, with 20 unused ones {with}");
return with - without > 200 ? 0 : 1;
X
dotnet run -v q 2>/dev/null
