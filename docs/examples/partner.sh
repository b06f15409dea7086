#!/usr/bin/env bash
# A partner with bash, openssl and curl alone: makes a key, registers and rotates it, gets access tokens with it, reads and places orders.
#
#   partner.sh key [KEY_FILE]      make a key pair (RSA 3072) and the password of its file; overwrites nothing
#   partner.sh jwk                 print the public half
#   partner.sh enrol TOKEN_FILE    register the first key, with the one-time enrolment token in that file
#   partner.sh submit KEY_FILE     register a further key, for rotation
#   partner.sh keys                print your keys, with their states
#   partner.sh retire KID          let a former key go
#   partner.sh revoke KID REASON   take a key away at once, which others may have seen
#   partner.sh token FILE          write an access token to a file that only you can read
#   partner.sh orders              print the first page of your orders, as JSON
#   partner.sh place ORDER_FILE    place the order in that JSON file; once, however often it is sent (ORDER_FILE.idempotency-key)
#   partner.sh cancel ORDER_ID     cancel an order
#
# Settings, from the environment; the issuer as the API owner gave it, to the letter:
#   B2B_CLIENT_ID    your client id                         B2B_KEY_FILE           default partner-key.pem
#   B2B_ISSUER       issuer of the authorization server     B2B_KEY_PASSWORD_FILE  default beside the key file: partner-key.password
#   B2B_REGISTRY     address of the key registry            B2B_SCOPE              of 'token' and 'orders', default read
#   B2B_ORDERS       address of the orders API
#
# Secrets are never arguments of a program, where every user of this machine could read them, but files and pipes.
set -euo pipefail
set +x
umask 077

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

setting() {
    [ -n "${!1:-}" ] || fail "$1 is not set: see the first lines of this script."
    printf '%s' "${!1}"
}

# Plain http is for services on this machine alone. A slash at the end is left out: paths follow.
address() {
    local value
    value=$(setting "$1") || exit 1
    check_address "$1" "$value"
    printf '%s' "${value%/}"
}

check_address() {
    [[ $2 =~ ^(https://[^/]+|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?)(/.*)?$ ]] || fail "$1 is '$2': expected an https address."
}

base64url() {
    openssl base64 -A | tr '+/' '-_' | tr -d '='
}

# Hexadecimal digits to bytes.
bytes() {
    local digits
    read -r digits
    [ $((${#digits} % 2)) -eq 0 ] || digits=0$digits
    printf '%b' "$(sed 's/../\\x&/g' <<< "$digits")"
}

# The value of the first text member of that name in a JSON object.
member() {
    { tr -d '\r\n' | grep -o "\"$1\" *: *\"[^\"]*\"" || true; } | head -n 1 | sed 's/^[^:]*: *"//; s/"$//; s#\\/#/#g'
}

# partner-key.password of partner-key.pem.
password_beside() {
    local folder=
    [[ $1 != */* ]] || folder=${1%/*}/
    local name=${1##*/}
    printf '%s%s.password' "$folder" "${name%.*}"
}

key_file=${B2B_KEY_FILE:-partner-key.pem}
password_file=${B2B_KEY_PASSWORD_FILE:-$(password_beside "$key_file")}

public_key() {
    openssl pkey -in "$key_file" -passin "file:$password_file" -pubout || fail "$key_file does not open with the password in $password_file."
}

# RFC 7638 §3.2: these three members, in this order, without spaces, so that the thumbprint is made of the same text.
jwk() {
    local pem n e
    pem=$(public_key) || exit 1
    n=$(openssl rsa -pubin -noout -modulus <<< "$pem" | sed -n 's/^Modulus=//p' | bytes | base64url)
    e=$(openssl rsa -pubin -noout -text <<< "$pem" | sed -n 's/^ *Exponent: [0-9]* (0x\([0-9A-Fa-f]*\)).*/\1/p' | bytes | base64url)
    [ -n "$n" ] && [ -n "$e" ] || fail "$key_file holds no RSA key."
    printf '{"e":"%s","kty":"RSA","n":"%s"}' "$e" "$n"
}

# A JWT by and about this partner, good for one use within 60 seconds: signed_jwt TYP AUDIENCE
signed_jwt() {
    local id public kid now header claims content signature
    id=$(setting B2B_CLIENT_ID) && public=$(jwk) || exit 1
    kid=$(printf '%s' "$public" | openssl dgst -sha256 -binary | base64url)
    now=$(date +%s)
    header=$(printf '{"alg":"PS256","typ":"%s","kid":"%s"}' "$1" "$kid" | base64url)
    claims=$(printf '{"iss":"%s","sub":"%s","aud":"%s","jti":"%s","iat":%d,"exp":%d}' \
        "$id" "$id" "$2" "$(openssl rand -hex 16)" "$now" $((now + 60)) | base64url)
    content=$header.$claims
    # RFC 7518 §3.5: PSS with SHA-256 and a salt as long as the hash, which -1 says.
    signature=$(printf '%s' "$content" \
        | openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:-1 -sign "$key_file" -passin "file:$password_file" \
        | base64url)
    [ -n "$signature" ] || fail "$key_file cannot sign."
    printf '%s.%s' "$content" "$signature"
}

# curl that ignores the user's own settings and follows no redirect; prints the body. Of a refusal it prints the answer, and fails.
request() {
    local answer status
    answer=$(curl --disable --globoff --silent --show-error --connect-timeout 5 --max-time 15 --write-out '\n%{http_code}' "$@") || exit 1
    status=${answer##*$'\n'}
    answer=${answer%$'\n'*}
    case $status in
        2??) printf '%s\n' "$answer" ;;
        *) fail "Refused ($status): $(printf '%s' "$answer" | tr -d '\000-\037\177' | head -c 2000)" ;;
    esac
}

# RFC 8414 §3: the well-known part comes before the path of the issuer; §3.3: the metadata must be that issuer's own.
token_endpoint() {
    local issuer origin metadata found endpoint
    issuer=$(setting B2B_ISSUER) || exit 1
    check_address B2B_ISSUER "$issuer"
    origin=$(sed -E 's#^(https?://[^/]+).*#\1#' <<< "$issuer")
    metadata=$(request "$origin/.well-known/oauth-authorization-server$(sed 's#/$##' <<< "${issuer#"$origin"}")") || exit 1
    found=$(member issuer <<< "$metadata")
    [ "$found" = "$issuer" ] || fail "The metadata at $origin names the issuer '$found': B2B_ISSUER must be the same to the letter."
    endpoint=$(member token_endpoint <<< "$metadata")
    check_address "The token_endpoint of the metadata" "$endpoint"
    printf '%s' "$endpoint"
}

# access_token SCOPE
access_token() {
    local endpoint assertion answer token
    endpoint=$(token_endpoint) && assertion=$(signed_jwt client-authentication+jwt "$B2B_ISSUER") || exit 1
    answer=$(printf '%s' "grant_type=client_credentials&scope=${1// /+}" \
        "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=$assertion" \
        | request --data @- "$endpoint") || exit 1
    token=$(member access_token <<< "$answer")
    [ -n "$token" ] || fail "$endpoint answered without an access token."
    printf '%s' "$token"
}

bearer() {
    printf 'Authorization: Bearer %s' "$1"
}

# A request with an access token, whose answer is JSON: with_token SCOPE ARGUMENTS_OF_CURL
with_token() {
    local token
    token=$(access_token "$1") || exit 1
    request --header @<(bearer "$token") --header 'Accept: application/json' "${@:2}"
}

# The address of the partner's keys: own_keys [KID]. A kid may hold any printable character (RFC 3986 §2.1).
own_keys() {
    local registry id kid
    registry=$(address B2B_REGISTRY) && id=$(setting B2B_CLIENT_ID) || exit 1
    kid=${1:-}
    [[ $kid =~ ^[A-Za-z0-9._~-]*$ ]] || kid=$(printf '%s' "$kid" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g')
    printf '%s/partners/%s/keys%s' "$registry" "$id" "${kid:+/$kid}"
}

# A text as a JSON string.
quoted() {
    printf '%s' "$1" | tr '\000-\037\177' ' ' | sed 's/[\\"]/\\&/g; s/^/"/; s/$/"/'
}

# Registers the key of this script's settings: register CREDENTIAL
register() {
    local registry keys public proof
    registry=$(address B2B_REGISTRY) && keys=$(own_keys) || exit 1
    public=$(jwk) && proof=$(signed_jwt key-proof+jwt "$registry") || exit 1
    printf '{"key":%s,"proof":"%s"}' "$public" "$proof" \
        | request --header @<(bearer "$1") --header 'Content-Type: application/json' --data @- "$keys"
}

# Sends an order. Its Idempotency-Key is kept beside it before it is sent: sent again, the order is still placed once.
place() {
    local orders
    orders=$(address B2B_ORDERS) || exit 1
    [ -s "$1" ] || fail "$1 holds no order."
    [ -s "$1.idempotency-key" ] || { printf '"%s"\n' "$(openssl rand -hex 16)" > "$1.new-key" && mv "$1.new-key" "$1.idempotency-key"; }
    with_token 'read write' --header "Idempotency-Key: $(cat "$1.idempotency-key")" --header 'Content-Type: application/json' \
        --data-binary "@$1" "$orders/orders"
}

case "${1:-}:$#" in
    key:1 | key:2)
        [ $# -eq 1 ] || { key_file=$2 password_file=$(password_beside "$2"); }
        [ ! -e "$key_file" ] || fail "$key_file exists: nothing was made."
        [ -e "$password_file" ] || { openssl rand -base64 32 > "$password_file.new" && mv "$password_file.new" "$password_file"; }
        openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:3072 \
            | openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 600000 -passout "file:$password_file" -out "$key_file.new"
        mv "$key_file.new" "$key_file"
        printf 'Made %s; its password is in %s. Keep both to yourself.\n' "$key_file" "$password_file"
        ;;
    jwk:1) jwk && echo ;;
    enrol:2)
        token=$(head -n 1 "$2" | tr -d '\r') && [ -n "$token" ] || fail "$2 holds no enrolment token."
        register "$token"
        ;;
    submit:2)
        token=$(access_token keys) || exit 1
        key_file=$2
        for password in "$(password_beside "$2")" "$2.password" "$password_file"; do [ ! -e "$password" ] || break; done
        password_file=$password
        register "$token"
        ;;
    keys:1) keys=$(own_keys) && with_token keys "$keys" ;;
    retire:2) keys=$(own_keys "$2") && with_token keys --request POST "$keys/retire" ;;
    revoke:3)
        keys=$(own_keys "$2") || exit 1
        with_token keys --header 'Content-Type: application/json' --data-binary @<(quoted "$3" | sed 's/.*/{"reason":&}/') "$keys/revoke"
        ;;
    token:2)
        token=$(access_token "${B2B_SCOPE:-read}") || exit 1
        # A new file in its place: whoever may read an old one, or the target of a link, gets nothing.
        new=$(mktemp "$2.XXXXXX") && printf '%s\n' "$token" > "$new" && mv -f "$new" "$2"
        ;;
    orders:1)
        orders=$(address B2B_ORDERS) || exit 1
        with_token "${B2B_SCOPE:-read}" "$orders/orders?limit=100"
        ;;
    place:2) place "$2" ;;
    cancel:2)
        orders=$(address B2B_ORDERS) || exit 1
        [[ $2 =~ ^[A-Za-z0-9._-]+$ ]] || fail "'$2' is no id of an order, such as ord-1010."
        with_token 'read write' --request POST "$orders/orders/$2/cancel"
        ;;
    *) fail "$(sed -n '2,/^# Settings/{/^# Settings/!s/^# \{0,1\}//p}' "$0")" ;;
esac
