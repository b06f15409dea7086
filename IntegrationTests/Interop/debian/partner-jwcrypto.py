# A partner that has nothing of ours: its keys and JWTs are made with jwcrypto, its requests with Python's standard library. What it needs
# to know comes as JSON on standard input; what came back goes out as JSON.
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from jwcrypto import jwk, jwt

ALGORITHM = 'PS256'

settings = json.load(sys.stdin)
issuer, registry, orders, client_id = (settings[name] for name in ('issuer', 'registry', 'orders', 'clientId'))
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def send(url, data=None, **headers):
    """The status and the JSON of an answer, of a refusal as well."""
    request = urllib.request.Request(url, data, {name.replace('_', '-'): value for name, value in headers.items()})
    try:
        with opener.open(request, timeout=15) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


def self_signed(typ, audience):
    now = int(time.time())
    token = jwt.JWT(
        header={'alg': ALGORITHM, 'typ': typ, 'kid': kid},
        claims={'iss': client_id, 'sub': client_id, 'aud': audience, 'jti': str(uuid.uuid4()), 'iat': now, 'exp': now + 60})
    token.make_signed_token(key)
    return token.serialize()


key = jwk.JWK.generate(kty='RSA', size=3072)
kid = key.thumbprint()

enrolled, _ = send(
    f'{registry}/partners/{client_id}/keys',
    json.dumps({'key': key.export_public(as_dict=True), 'proof': self_signed('key-proof+jwt', registry)}).encode(),
    authorization=f'Bearer {settings["enrolmentToken"]}',
    content_type='application/json')

_, metadata = send(f'{issuer}/.well-known/oauth-authorization-server')
assertion = self_signed('JWT', issuer)
token_request = urllib.parse.urlencode({
    'grant_type': 'client_credentials',
    'scope': 'read',
    'client_assertion_type': 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    'client_assertion': assertion,
}).encode()
_, granted = send(metadata['token_endpoint'], token_request)
replayed, refusal = send(metadata['token_endpoint'], token_request)
status, page = send(f'{orders}/orders', authorization=f'Bearer {granted["access_token"]}')

# Our access token, checked by another hand than ours.
_, key_set = send(metadata['jwks_uri'])
token = jwt.JWT(
    jwt=granted['access_token'], key=jwk.JWKSet.from_json(json.dumps(key_set)), algs=['ES256'], check_claims={'iss': issuer, 'aud': orders, 'exp': None})

own = jwt.JWT(jwt=assertion, key=key, algs=[ALGORITHM])
json.dump({
    'kid': kid,
    'enrolled': enrolled,
    'assertion': {'header': json.loads(own.header), 'claims': json.loads(own.claims)},
    'token': {'header': json.loads(token.header), 'claims': json.loads(token.claims)},
    'orders': {'status': status, 'page': page},
    'replayed': {'status': replayed, 'error': refusal['error']},
}, sys.stdout)
