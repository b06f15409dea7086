// An authorization server that is not ours: oidc-provider, with the FAPI 2.0 profile on. Its settings come as one line of JSON on
// standard input; its issuer goes out as the first line of standard output, and why it refused a request as one line each. It ends
// with its input, so that it does not outlive the tests.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

import { exportJWK, generateKeyPair } from 'jose';
import { Provider, errors } from 'oidc-provider';

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const input = createInterface({ input: process.stdin });
input.once('close', () => process.exit());
const [settings] = (await once(input, 'line')).map((line) => JSON.parse(line));

const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const signingKey = { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'independent-server-key' };

const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: settings.clientId,
    jwks_uri: settings.jwksUri,
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'PS256',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    scope: settings.scope,
  }],
  clientAuthMethods: ['private_key_jwt'],
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  enabledJWA: { clientAuthSigningAlgValues: ['PS256', 'ES256'] },
  // FAPI 2.0 §5.3.2.1: clocks of up to 10 seconds ahead.
  clockTolerance: 10,
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    fapi: { enabled: true, profile: '2.0' },
    resourceIndicators: {
      enabled: true,
      // RFC 8707: without the parameter there is no token for the API.
      defaultResource: () => undefined,
      getResourceServerInfo: (_context, resource) => {
        if (resource !== settings.resource) {
          throw new errors.InvalidTarget();
        }

        return {
          scope: settings.scope,
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 300,
          jwt: { sign: { alg: 'ES256' } },
        };
      },
    },
  },
  // The partner's keys are at a loopback address, which its guard against forged requests refuses.
  fetch: (url, { dispatcher: _guard, ...options }) => globalThis.fetch(url, options),
  jwks: { keys: [signingKey] },
  scopes: [settings.scope],
  ttl: { ClientCredentials: 300 },
});
provider.on('grant.error', (_context, error) => say({ refused: error.error, why: error.error_detail ?? error.message }));
provider.on('server_error', (_context, error) => say({ failed: error.stack }));
server.on('request', provider.callback());
say({ issuer });
