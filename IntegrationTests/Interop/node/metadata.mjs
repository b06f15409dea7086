// Reads a server's metadata with two clients that are not ours, at both addresses: RFC 8414's ("oauth2") and OpenID's ("oidc").
import { text } from 'node:stream/consumers';

import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';

const { issuer } = JSON.parse(await text(process.stdin));
const read = {};
for (const algorithm of ['oauth2', 'oidc']) {
  const config = await client.discovery(new URL(issuer), 'any', undefined, undefined, { algorithm, execute: [client.allowInsecureRequests] });
  const answer = await oauth.discoveryRequest(new URL(issuer), { algorithm, [oauth.allowInsecureRequests]: true });
  read[algorithm] = {
    openidClient: config.serverMetadata(),
    oauth4webapi: await oauth.processDiscoveryResponse(new URL(issuer), answer),
  };
}

process.stdout.write(JSON.stringify(read));
