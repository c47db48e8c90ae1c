#!/usr/bin/env bash
# Makes the fixtures of pem/, pkcs8/, pkcs12/ and hostile/ again, with OpenSSL 3 and Python 3. Keys, salts and dates come
# out new; what MANIFEST.toml says of the files does not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p pem pkcs8 pkcs12 hostile

key=$work/p256.key
rsa=$work/rsa.key
certificate=$work/p256.crt
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$key"
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -quiet -out "$rsa"
openssl req -x509 -key "$key" -subj /C=DE/O=Test/CN=test.example -days 36500 -out "$certificate"

# A key in each kind of protection; the text above the block says what it is.
note='Public test key of certwright: it protects nothing, and must never be used.'
marked() { { echo "$note"; cat; } >"$1"; }
topk8() { openssl pkcs8 -topk8 -in "$key" -passout pass:changeit "$@"; }
marked pkcs8/plain.key <"$key"
topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 | marked pkcs8/aes256-hmac-sha256.key
topk8 -v2 aes-128-cbc -v2prf hmacWithSHA1 | marked pkcs8/aes128-hmac-sha1.key
topk8 -v2 aes-192-cbc -v2prf hmacWithSHA512 | marked pkcs8/aes192-hmac-sha512.key
topk8 -v2 des3 | marked pkcs8/des3.key
topk8 -scrypt | marked pkcs8/scrypt.key
topk8 -v1 PBE-SHA1-3DES | marked pkcs8/pbe-sha1-3des.key
openssl ec -in "$key" -aes256 -passout pass:changeit 2>/dev/null | marked pem/traditional-aes256.key
openssl ec -in "$key" -des3 -passout pass:changeit 2>/dev/null | marked pem/traditional-des3.key
openssl rsa -in "$rsa" -traditional -aes128 -passout pass:changeit 2>/dev/null | marked pem/traditional-aes128-rsa.key

# The text as it comes from Windows and CI.
python3 - "$certificate" <<'PYTHON'
import base64, sys

text = open(sys.argv[1], encoding="ascii").read()
lines = text.splitlines()


def write(name, content):
    with open(f"pem/{name}.crt", "wb") as file:
        file.write(content)


write("utf8-bom", b"\xef\xbb\xbf" + text.encode())
write("utf16-le", b"\xff\xfe" + text.encode("utf-16-le"))
write("utf16-be", b"\xfe\xff" + text.encode("utf-16-be"))
write("crlf", text.replace("\n", "\r\n").encode())
write("cr", text.replace("\n", "\r").encode())
write("indented", "".join(f"    {line}\n" for line in lines).encode())
write("one-line", " ".join(lines).encode())
write("escaped-line-ends", text.replace("\n", "\\n").encode())
write("base64-of-pem", base64.b64encode(text.encode()))
write("text-around", f"Bag Attributes\n    friendlyName: x\n{text}that is all\n".encode())
write("no-end-line", "".join(f"{line}\n" for line in lines[:-1]).encode())
write("wrong-end-line", text.replace("END CERTIFICATE", "END PRIVATE KEY").encode())
write("half-of-the-base64", "\n".join([*lines[:3], lines[-1], ""]).encode())
write("no-base64", text.replace(lines[2], "*" * 64).encode())
PYTHON

# One key and its certificate.
export_p12() { openssl pkcs12 -export -inkey "$key" -in "$certificate" -name one -passout pass:changeit "$@"; }
export_p12 -out pkcs12/openssl3.p12
export_p12 -legacy -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1 -out pkcs12/3des-sha1.p12
export_p12 -certpbe NONE -keypbe NONE -out pkcs12/open-bags.p12
export_p12 -macalg sha512 -out pkcs12/mac-sha512.p12
export_p12 -legacy -out pkcs12/rc2-40.p12
export_p12 -nomac -out pkcs12/no-mac.p12
openssl pkcs12 -export -nokeys -in "$certificate" -passout pass:changeit -out pkcs12/certificate-only.p12
openssl pkcs12 -export -inkey "$key" -in "$certificate" -passout pass: -out pkcs12/empty-password.p12
openssl pkcs12 -export -inkey "$key" -in "$certificate" -passout pass:pässwörd-🔑 -out pkcs12/non-ascii-password.p12

# What a hostile maker would change.
python3 - <<'PYTHON'
def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, content):
    with open(f"hostile/{path}", "wb") as file:
        file.write(content)


def element(octets, at):
    """Tag, start of the content, and end of the element at an offset."""
    length, start = octets[at + 1], at + 2
    if length >= 0x80:
        start += length & 0x7F
        length = int.from_bytes(octets[at + 2 : start], "big")
    return octets[at], start, start + length


def encode(tag, content):
    size = len(content)
    octets = size.to_bytes((size.bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (bytes([size]) if size < 0x80 else bytes([0x80 | len(octets)]) + octets) + content


def replace(octets, old, new):
    """Puts one element in the place of another, and mends every length around it."""
    assert octets.count(old) == 1, old

    def walk(at, end):
        out = b""
        while at < end:
            tag, start, stop = element(octets, at)
            if octets[at:stop] == old:
                out += new
            elif tag & 0x20 or (tag == 0x04 and old in octets[start:stop] and octets[start] in (0x30, 0x31)):
                out += encode(tag, walk(start, stop))
            else:
                out += octets[at:stop]
            at = stop
        return out

    return walk(0, len(octets))


def integer(value):
    return encode(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


p12 = read("pkcs12/openssl3.p12")
mac = integer(2048)
assert p12.endswith(mac)
# MacData is the last of the PFX's elements, and its iterations are its own last.
_, start, end = element(p12, 0)
authenticated, last = start, start
while element(p12, last)[2] < end:
    last = element(p12, last)[2]
content = p12[element(p12, last)[1] : -len(mac)] + integer(2147483647)
write("pkcs12-mac-iterations-2147483647.p12", encode(0x30, p12[start:last] + encode(0x30, content)))
write("pkcs12-cut-in-half.p12", p12[: len(p12) // 2])
middle = len(p12) // 2
write("pkcs12-one-bit-changed.p12", p12[:middle] + bytes([p12[middle] ^ 1]) + p12[middle + 1 :])
write("pkcs12-trailing-bytes.p12", p12 + b"\0\0\0\0")

import base64, re


def der(path):
    return base64.b64decode(re.search(b"-----BEGIN [^-]+-----(.*?)-----END", read(path), re.S).group(1))


write("pkcs8-iterations-4294967295.der", replace(der("pkcs8/aes256-hmac-sha256.key"), integer(2048), integer(4294967295)))
write("pkcs8-scrypt-n-1073741824.der", replace(der("pkcs8/scrypt.key"), integer(16384), integer(1073741824)))
plain = der("pkcs8/plain.key")
write("pkcs8-cut-short.der", plain[:-10])
write("der-length-4294967295.der", b"\x30\x84\xff\xff\xff\xff\x02\x01\x00")
write("der-nested-10000.der", b"\x30\x80" * 10000)
PYTHON
