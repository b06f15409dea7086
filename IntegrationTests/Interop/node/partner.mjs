// A partner that has nothing of ours: its keys and its proof of possession are made with jose, its token requests by openid-client. What
// it needs to know comes as JSON on standard input; what came back goes out as JSON.
import { text } from 'node:stream/consumers';

import * as jose from 'jose';
import * as client from 'openid-client';

const { issuer, registry, orders, clientId, enrolmentToken } = JSON.parse(await text(process.stdin));
const algorithm = 'PS256';
const { privateKey, publicKey } = await jose.generateKeyPair(algorithm);
const publicJwk = await jose.exportJWK(publicKey);
const kid = await jose.calculateJwkThumbprint(publicJwk);

const selfSigned = (typ, audience) => new jose.SignJWT()
  .setProtectedHeader({ alg: algorithm, typ, kid })
  .setIssuer(clientId)
  .setSubject(clientId)
  .setAudience(audience)
  .setJti(crypto.randomUUID())
  .setIssuedAt()
  .setExpirationTime('60s')
  .sign(privateKey);

const enrolled = await fetch(`${registry}/partners/${clientId}/keys`, {
  method: 'POST',
  headers: { authorization: `Bearer ${enrolmentToken}`, 'content-type': 'application/json' },
  body: JSON.stringify({ key: publicJwk, proof: await selfSigned('key-proof+jwt', registry) }),
});

// Everything that openid-client sends to the token endpoint is kept, to send it once more.
let tokenRequest;
const config = await client.discovery(
  new URL(issuer),
  clientId,
  undefined,
  client.PrivateKeyJwt({ key: privateKey, kid }),
  { algorithm: 'oauth2', execute: [client.allowInsecureRequests] },
);
config[client.customFetch] = (url, options) => {
  if (options.method === 'POST') {
    tokenRequest = [url, { ...options, body: options.body.toString() }];
  }

  return fetch(url, options);
};
const grant = await client.clientCredentialsGrant(config, { scope: 'read' });
const again = await fetch(...tokenRequest);
const page = await client.fetchProtectedResource(config, grant.access_token, new URL(`${orders}/orders`), 'GET');

// Our access token, checked by another hand than ours.
const keys = jose.createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
const token = await jose.jwtVerify(grant.access_token, keys, { issuer, audience: orders, typ: 'at+jwt' });

const assertion = new URLSearchParams(tokenRequest[1].body).get('client_assertion');
process.stdout.write(JSON.stringify({
  kid,
  enrolled: enrolled.status,
  assertion: { header: jose.decodeProtectedHeader(assertion), claims: jose.decodeJwt(assertion) },
  token: { header: token.protectedHeader, claims: token.payload },
  orders: { status: page.status, page: await page.json() },
  replayed: { status: again.status, error: (await again.json()).error },
}));
