#!/usr/bin/env bash
# A partner that has nothing of ours: keys, thumbprints, signatures and all JSON by José's command line, requests by curl. What it needs to
# know comes as JSON on standard input; what came back goes out as JSON. It writes its keys into the folder it runs in.
set -euo pipefail
umask 077

settings=$(cat)

# The text in a JSON object on standard input that these names lead to.
text() {
    jose fmt -j- "${@/#/-g}" -u-
}

setting() {
    text "$1" <<< "$settings"
}

request() {
    curl --disable --silent --show-error --noproxy '*' --max-time 15 "$@"
}

# The status after the body, in a line of its own.
with_status() {
    request --write-out '\n%{http_code}' "$@"
}

bearer() {
    printf 'Authorization: Bearer %s' "$1"
}

# A JWT by and about this partner: self_signed TYP AUDIENCE
self_signed() {
    local now jti
    now=$(date +%s)
    jti=$(jose jwk gen -i '{"kty":"oct","bytes":16}' | text k)
    printf '{"iss":"%s","sub":"%s","aud":"%s","jti":"%s","iat":%d,"exp":%d}' "$client" "$client" "$2" "$jti" "$now" $((now + 60)) \
        | jose jws sig -I- -k key.jwk -s "{\"protected\":{\"alg\":\"PS256\",\"typ\":\"$1\",\"kid\":\"$kid\"}}" -c
}

# The first or second part of a JWT, as JSON: part NUMBER JWT
part() {
    cut -d. -f "$1" <<< "$2" | tr -d '\n' | jose b64 dec -i-
}

issuer=$(setting issuer) client=$(setting clientId) registry=$(setting registry) orders=$(setting orders)

jose jwk gen -i '{"alg":"PS256","bits":3072}' -o key.jwk
jose jwk pub -i key.jwk -o public.jwk
kid=$(jose jwk thp -i public.jwk)

enrolled=$(printf '{"key":%s,"proof":"%s"}' "$(cat public.jwk)" "$(self_signed key-proof+jwt "$registry")" \
    | with_status --header @<(bearer "$(setting enrolmentToken)") --header 'Content-Type: application/json' --data @- \
        "$registry/partners/$client/keys")

metadata=$(request "$issuer/.well-known/oauth-authorization-server")
endpoint=$(text token_endpoint <<< "$metadata")
assertion=$(self_signed JWT "$issuer")
token_request() {
    printf '%s' 'grant_type=client_credentials&scope=read' \
        "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=$assertion" \
        | with_status --data @- "$endpoint"
}
granted=$(token_request)
again=$(token_request)
token=$(text access_token <<< "${granted%$'\n'*}")
page=$(with_status --header @<(bearer "$token") "$orders/orders")

# Our access token, checked by another hand than ours. José checks no claims: the test does.
request "$(text jwks_uri <<< "$metadata")" > issuer.jwks
printf '%s' "$token" | jose jws ver -i- -k issuer.jwks > /dev/null

printf '{"kid":"%s","enrolled":%s,"assertion":{"header":%s,"claims":%s},"token":{"header":%s,"claims":%s},"orders":{"status":%s,"page":%s},"replayed":{"status":%s,"error":"%s"}}' \
    "$kid" "${enrolled##*$'\n'}" "$(part 1 "$assertion")" "$(part 2 "$assertion")" "$(part 1 "$token")" "$(part 2 "$token")" \
    "${page##*$'\n'}" "${page%$'\n'*}" "${again##*$'\n'}" "$(text error <<< "${again%$'\n'*}")"
