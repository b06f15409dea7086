#!/usr/bin/env bash
# Entity Framework Core 10.0.15: a non-nullable string property called Id is made optional when another property is the key. Convention takes Id for
# the key first; HasKey(other) takes it back, and with it the requirement that the C# type states. The column is made NULL, without a word, while the
# same property under another name is NOT NULL. Seen with `required string Id` and `required string Code` beside HasKey(Number): Id optional, Code
# required; with IsRequired() both are required. Ends with 1 when that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
cat > finding.csproj <<'X'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable>
  </PropertyGroup>
  <ItemGroup><PackageReference Include="Microsoft.EntityFrameworkCore.Sqlite" Version="10.0.15" /></ItemGroup>
</Project>
X
cat > Program.cs <<'X'
using Microsoft.EntityFrameworkCore;

using var context = new Context();
var parcel = context.Model.FindEntityType(typeof(Parcel))!;
var (id, code) = (parcel.FindProperty("Id")!, parcel.FindProperty("Code")!);
Console.WriteLine($"EF Core {typeof(DbContext).Assembly.GetName().Version}: key {parcel.FindPrimaryKey()!.Properties[0].Name}, Id optional: {id.IsNullable}, Code optional: {code.IsNullable}");
Console.WriteLine(context.Database.GenerateCreateScript());
return id.IsNullable && !code.IsNullable ? 0 : 1;

class Context : DbContext
{
    protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseSqlite("Data Source=:memory:");

    protected override void OnModelCreating(ModelBuilder model) => model.Entity<Parcel>().HasKey(parcel => parcel.Number);
}

class Parcel
{
    public long Number { get; set; }
    public required string Id { get; init; }
    public required string Code { get; init; }
}
X
dotnet run -v q
