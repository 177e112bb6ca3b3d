#!/usr/bin/env bash
# Clients of the Perspective API, unmodified, against a server that runs: `bash tests/clients.sh [OMBUD]`.
#
# Each analyzes, suggests where it can, and reads errors, by three ways: by plain HTTP; at Google's own address through a proxy
# that ends TLS; and at that address with TLS of the server's own. Nothing leaves the machine but for what installs them, once.
# It needs python3 (3.11 or later), node (18 or later) with npm, and openssl; where it is root it installs what is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=${CARGO_TARGET_DIR:-target}
ombud=${1:-$target/debug/ombud}
[[ $ombud == */* && -x $ombud ]] || { echo "there is no program $ombud: cargo build makes it" >&2; exit 2; }
ombud=$(realpath "$ombud")

kept=$target/clients
mkdir -p "$kept"
kept=$(realpath "$kept")
work=$(mktemp -d)
started=() servers=()
end() {
    local status=$?
    # Some may have ended.
    [[ ${#started[@]} == 0 ]] || { kill "${started[@]}" && wait "${started[@]}"; } 2>/dev/null || true
    rm -rf "$work"
    exit "$status"
}
trap end EXIT

# --- What is needed, and the clients themselves: in target/clients, until their lists change.

missing=()
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
command -v openssl >/dev/null || missing+=(openssl)
if [[ ${#missing[@]} -gt 0 ]]; then
    [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null || { echo "this needs ${missing[*]}" >&2; exit 2; }
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } \
        >"$work/apt.log" 2>&1 || { cat "$work/apt.log" >&2; exit 1; }
fi

# Runs a command that installs, unless it has for the same files; says what it says only where it fails.
install() { # NAME, FILES...
    local stamp=$kept/$1.stamp now
    now=$({ cat "${@:2}"; python3 --version; node --version; echo "$kept"; } | sha256sum)
    [[ ! -f $stamp || $(<"$stamp") != "$now" ]] || return 0
    "install_$1" >"$work/$1.log" 2>&1 || { cat "$work/$1.log" >&2; exit 1; }
    printf '%s\n' "$now" >"$stamp"
}
install_python() {
    rm -rf "$kept/python"
    python3 -m venv "$kept/python" && "$kept/python/bin/pip" install --disable-pip-version-check -r tests/clients/requirements.txt
}
install_node() {
    mkdir -p "$kept/node" && cp tests/clients/package.json tests/clients/package-lock.json "$kept/node"
    npm ci --prefix "$kept/node" --ignore-scripts --no-audit --no-fund
}
install python tests/clients/requirements.txt
install node tests/clients/package-lock.json
# They look for what they import from where they are.
cp tests/clients/*.mjs "$kept/node"

# --- Servers and proxies.

# As docs/perspective.md says to make it, word for word. Some clients are stricter than others: Python's are from 3.13 on.
sed -n '/^name=commentanalyzer/,/^openssl x509/p' docs/perspective.md >"$work/certificate.sh"
echo 'openssl verify -x509_strict -verify_hostname "$name" -CAfile ca.pem cert.pem' >>"$work/certificate.sh"
(cd "$work" && bash -e certificate.sh) >"$work/openssl.log" 2>&1 || { cat "$work/openssl.log" >&2; exit 1; }

key=AIzaSy-of-no-use-elsewhere
google=https://commentanalyzer.googleapis.com
policy() { # NAME, [LINE]
    printf '[serve]\n%s\n[[serve.keys]]\nname = "website"\nkey = "%s"\nscopes = ["analyze", "suggest", "metrics"]\n' "${2:-}" "$key" >"$work/$1.toml"
}
policy plain
policy proxied "public-url = \"$google\""
policy tls

# Starts a program in the background, waits for a line that matches, and sets `said` to what the expression captures.
begin() { # NAME, EXPRESSION, COMMAND...
    local name=$1 expression=$2 line
    shift 2
    : >"$work/$name.log"
    "$@" >>"$work/$name.log" 2>&1 &
    started+=($!)
    local pid=$!
    while true; do
        line=$(sed -nE "s|$expression|\1|p" "$work/$name.log" | head -n 1)
        [[ -z $line ]] || break
        kill -0 "$pid" 2>/dev/null || { cat "$work/$name.log" >&2; exit 1; }
        sleep 0.05
    done
    said=$line
}
server() { # NAME, OPTIONS...
    local name=$1
    shift
    begin "$name" '^listening at https?://127\.0\.0\.1:([0-9]+) .*' \
        "$ombud" serve --listen 127.0.0.1:0 --db "$work/$name.db" --config "$work/$name.toml" "$@"
    servers+=("${started[-1]}")
}

server plain && plain=$said
server proxied && proxied=$said
server tls --tls-certificate "$work/cert.pem" --tls-key "$work/key.pem" && tls=$said
begin ends '^([0-9]+)$' python3 tests/clients/proxy.py "$proxied" "$work/cert.pem" "$work/key.pem" && ends=$said
begin passes '^([0-9]+)$' python3 tests/clients/proxy.py "$tls" && passes=$said

# --- The clients.

# What is set here would lead them elsewhere.
unset HTTP_PROXY http_proxy HTTPS_PROXY https_proxy ALL_PROXY all_proxy NO_PROXY no_proxy NODE_OPTIONS PYTHONPATH
export OMBUD_KEY=$key OMBUD_TLS_PORT=$tls

failed=0
# Runs a client, in an environment that leads it to a server.
client() { # WAY, FILE
    local begun=$SECONDS command
    case $2 in
    *.py) command=("$kept/python/bin/python" "tests/clients/$2") ;;
    *.mjs) command=(node "$kept/node/$2") ;;
    esac
    local trust=(SSL_CERT_FILE REQUESTS_CA_BUNDLE HTTPLIB2_CA_CERTS NODE_EXTRA_CA_CERTS)
    local environment=("OMBUD_COMMUNITY=$1")
    case $1 in
    plain) environment+=("OMBUD_URL=http://127.0.0.1:$plain") ;;
    proxied) environment+=("OMBUD_URL=$google" "HTTPS_PROXY=http://127.0.0.1:$ends" "${trust[@]/%/=$work/ca.pem}") ;;
    tls) environment+=("OMBUD_URL=$google" "HTTPS_PROXY=http://127.0.0.1:$passes" "${trust[@]/%/=$work/ca.pem}") ;;
    name)
        environment+=("NODE_EXTRA_CA_CERTS=$work/ca.pem")
        command=(node --require "$PWD/tests/clients/name.cjs" "${command[@]:1}")
        ;;
    esac
    if env "${environment[@]}" timeout 120 "${command[@]}" >"$work/client.log" 2>&1; then
        printf 'ok      %-8s %s (%d s)\n' "$1" "$2" "$((SECONDS - begun))"
    else
        printf 'FAILED  %-8s %s\n' "$1" "$2"
        cat "$work/client.log"
        failed=1
    fi
}
for way in plain proxied tls; do
    for file in google_client.py perspective_client.py pyperspective_client.py googleapis.mjs; do client "$way" "$file"; done
done
client name perspective-api-client.mjs

# --- What they leave behind: no answer of the server's own fault, a good end when it is told to, and what was suggested.

left_behind() { python3 tests/clients/left_behind.py "$@" || failed=1; }

left_behind metrics plain "http://127.0.0.1:$plain/metrics?key=$key"
left_behind metrics proxied "http://127.0.0.1:$proxied/metrics?key=$key"
left_behind metrics tls "https://127.0.0.1:$tls/metrics?key=$key"

kill "${servers[@]}"
for pid in "${servers[@]}"; do
    wait "$pid" || { echo "FAILED  a server ended with status $?"; failed=1; }
done

for way in plain proxied tls; do
    "$ombud" review export --quiet --db "$work/$way.db" --format jsonl -o "$work/$way.jsonl"
    left_behind decisions "$way" "$work/$way.jsonl"
done

if [[ $failed == 0 ]]; then echo "all clients are served ($SECONDS s)"; fi
exit "$failed"
