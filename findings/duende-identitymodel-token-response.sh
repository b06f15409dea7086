#!/usr/bin/env bash
# Duende.IdentityModel 8.1.0: what its TokenResponse makes of correct answers of a token endpoint.
# 1 A 401 with {"error":"invalid_client","error_description":"..."} (RFC 6749 §5.2 demands 401 of a server when the client used the Authorization header, and
#   many send it always): Error is the reason phrase "Unauthorized", and the code that the server sent is found in Json alone. Over HTTP/2, which has no
#   reason phrase, what a program compares with "invalid_client" is therefore never equal to it.
# 2 The same body with 400: Error is "invalid_client".
# 3 A 200 without expires_in, which RFC 6749 §5.1 only recommends: ExpiresIn is 0, so a cache by it never keeps a token.
# Ends with 1 when that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
cat > finding.csproj <<'X'
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="Duende.IdentityModel" Version="8.1.0" /></ItemGroup>
</Project>
X
cat > Program.cs <<'X'
using Duende.IdentityModel.Client;

var builder = WebApplication.CreateBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:0");
var app = builder.Build();
var error = new { error = "invalid_client", error_description = "no such client" };
app.MapPost("/401", () => Results.Json(error, statusCode: 401));
app.MapPost("/400", () => Results.Json(error, statusCode: 400));
app.MapPost("/200", () => Results.Json(new { access_token = "t", token_type = "Bearer" }));
await app.StartAsync();
using var http = new HttpClient();
foreach (var path in new[] { "401", "400", "200" })
{
    var response = await http.RequestClientCredentialsTokenAsync(new ClientCredentialsTokenRequest
    {
        Address = $"{app.Urls.Single()}/{path}", ClientId = "c", ClientCredentialStyle = ClientCredentialStyle.PostBody,
    });
    Console.WriteLine($"{path}: IsError={response.IsError} Error={response.Error} Json.error={response.TryGet("error")} ExpiresIn={response.ExpiresIn}");
}
X
dotnet run -v q 2>/dev/null | tee output
grep --quiet --line-regexp '401: IsError=True Error=Unauthorized Json.error=invalid_client ExpiresIn=0' output
grep --quiet --line-regexp '400: IsError=True Error=invalid_client Json.error=invalid_client ExpiresIn=0' output
grep --quiet --line-regexp '200: IsError=False Error= Json.error= ExpiresIn=0' output
