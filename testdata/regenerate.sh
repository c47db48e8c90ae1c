#!/usr/bin/env bash
# Makes fixtures by the commands of MANIFEST.toml: those that are named, or those that are missing. It needs OpenSSL 3,
# keytool 17 and Python 3.11. Keys, salts and dates come out new; what MANIFEST.toml says of the files does not.
#
# A command runs in a folder of its own that holds the keys and certificates which all fixtures share, and either writes
# the file "$OUT" or prints what `marked` writes there. A fixture that another program made, as Windows, stays as it is.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export LC_ALL=C.UTF-8

# Writes a PEM file with a line above it that says what the key is worth.
marked() { { echo 'Public test key of certwright: it protects nothing, and must never be used.'; cat; } >"$OUT"; }

# A keystore for keytool to read from, with the shared key under the alias `one`.
p12_store() { openssl pkcs12 -export -inkey p256.key -in p256.crt -name one -passout pass:changeit -out store.p12; }
p12_store_with_chain() {
    openssl pkcs12 -export -inkey p256.key -in chain.pem -name one -passout pass:changeit -out store.p12
}

# What the commands find around them, under the names that they use.
share() {
    local name
    for name in rsa rsa-1024 p384 p521 ed25519 ca ca-sub; do [[ ! -e pkcs8/$name.key ]] || cp "pkcs8/$name.key" "$1"; done
    [[ ! -e pkcs8/plain.key ]] || cp pkcs8/plain.key "$1/p256.key"
    for name in rsa p256 p384 p521 ed25519 ca ca-sub leaf; do [[ ! -e x509/$name.crt ]] || cp "x509/$name.crt" "$1"; done
    for name in chain crl; do [[ ! -e x509/$name.pem ]] || cp "x509/$name.pem" "$1"; done
    [[ ! -e x509/ca.crt || ! -e x509/ca-sub.crt ]] || cat x509/ca.crt x509/ca-sub.crt >"$1/ca-both.pem"
}

# Path, maker and command of each row, each ended by a NUL.
rows() {
    python3 - <<'PYTHON'
import sys, tomllib

with open("MANIFEST.toml", "rb") as file:
    for row in tomllib.load(file)["fixture"]:
        sys.stdout.write("\0".join([row["path"], row["made_by"], row["command"], ""]))
PYTHON
}

python3() { if [[ ${1-} == make.py ]]; then command python3 "$here/$@"; else command python3 "$@"; fi; }

cd "$here"
while IFS= read -r -d '' path && IFS= read -r -d '' made_by && IFS= read -r -d '' command; do
    if (($#)); then
        [[ " $* " == *" $path "* ]] || continue
    elif [[ -e $path ]]; then
        continue
    fi
    case $made_by in
        openssl | keytool | make.py) ;;
        *)
            echo "$path comes from $made_by and is not made here" >&2
            continue
            ;;
    esac
    work=$(mktemp -d)
    share "$work"
    mkdir -p "$(dirname "$path")"
    rm -f "$path"
    if (export OUT=$here/$path && cd "$work" && eval "set -eo pipefail; $command") >"$work/.log" 2>&1 </dev/null; then
        echo "$path"
    else
        rm -f "$path"
        echo "$path: failed" >&2
        cat "$work/.log" >&2
    fi
    rm -rf "$work"
done < <(rows)
