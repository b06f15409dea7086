# A partner that has nothing of ours: Authlib for its keys, its JWTs and its token requests, on top of Requests. What it needs to know comes
# as JSON on standard input; what came back goes out as JSON.
import json
import sys
import time
import uuid
from urllib.parse import parse_qs

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, JsonWebSignature, jwt
from authlib.oauth2.rfc7523 import PrivateKeyJWT

ALGORITHM = 'PS256'

settings = json.load(sys.stdin)
issuer, registry, orders, client_id = (settings[name] for name in ('issuer', 'registry', 'orders', 'clientId'))


class ShortLivedAssertion(PrivateKeyJWT):
    """Authlib's assertions live for an hour; and claims that it is given once would give each of them the jti of the first."""

    alg = ALGORITHM

    def sign(self, auth, token_endpoint):
        self.claims = {'exp': int(time.time()) + 60}
        return super().sign(auth, token_endpoint)


# Authlib's jwt makes every typ 'JWT', so the proof of possession is signed one layer below.
def proof_of_possession():
    now = int(time.time())
    claims = {'iss': client_id, 'sub': client_id, 'aud': registry, 'jti': str(uuid.uuid4()), 'iat': now, 'exp': now + 60}
    header = {'alg': ALGORITHM, 'typ': 'key-proof+jwt', 'kid': kid}
    return JsonWebSignature([ALGORITHM]).serialize_compact(header, json.dumps(claims), key).decode()


key = JsonWebKey.generate_key('RSA', 3072, is_private=True)
kid = key.thumbprint()
# With its kid, which Authlib then writes into each header.
key = JsonWebKey.import_key({**key.as_dict(is_private=True), 'kid': kid})

http = requests.Session()
http.trust_env = False
enrolled = http.post(
    f'{registry}/partners/{client_id}/keys',
    json={'key': key.as_dict(is_private=False), 'proof': proof_of_possession()},
    headers={'Authorization': f'Bearer {settings["enrolmentToken"]}'},
    timeout=15)

metadata = http.get(f'{issuer}/.well-known/oauth-authorization-server', timeout=15).json()

# The audience is what Authlib calls token_endpoint.
session = OAuth2Session(client_id, key, scope='read', token_endpoint_auth_method=PrivateKeyJWT.name)
session.register_client_auth_method(ShortLivedAssertion(issuer))
session.trust_env = False

# Everything that Authlib sends to the token endpoint is kept, to send it once more.
sent = []


def keep(response):
    sent.append(response.request)
    return response


session.register_compliance_hook('access_token_response', keep)
granted = session.fetch_token(metadata['token_endpoint'], grant_type='client_credentials', timeout=15)
again = http.send(sent[0], timeout=15)
page = session.get(f'{orders}/orders', timeout=15)

# Our access token, checked by another hand than ours.
key_set = JsonWebKey.import_key_set(http.get(metadata['jwks_uri'], timeout=15).json())
token = jwt.decode(granted['access_token'], key_set, claims_options={
    'iss': {'essential': True, 'value': issuer}, 'aud': {'essential': True, 'value': orders}, 'exp': {'essential': True}})
token.validate()

assertion = jwt.decode(parse_qs(sent[0].body)['client_assertion'][0], key)
json.dump({
    'kid': kid,
    'enrolled': enrolled.status_code,
    'assertion': {'header': assertion.header, 'claims': assertion},
    'token': {'header': token.header, 'claims': token},
    'orders': {'status': page.status_code, 'page': page.json()},
    'replayed': {'status': again.status_code, 'error': again.json()['error']},
}, sys.stdout)
