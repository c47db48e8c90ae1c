"""Puts a PBMAC1 (RFC 9579) on a PKCS#12 file without MAC: pbmac1.py IN OUT PASSWORD-FILE PRF MAC ITERATIONS KEYLENGTH"""
import hashlib
import hmac
import os
import sys

source, target, password_file, prf, mac, iterations, key_length = sys.argv[1:]
iterations, key_length = int(iterations), int(key_length)
HMAC_OIDS = {"sha1": 7, "sha224": 8, "sha256": 9, "sha384": 10, "sha512": 11}


def tlv(tag, *parts):
    content = b"".join(parts)
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def integer(number):
    return tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def inside(octets):
    """Where the content of an element begins and ends."""
    first = octets[1]
    start = 2 if first < 128 else 2 + (first & 0x7F)
    length = first if first < 128 else int.from_bytes(octets[2:start], "big")
    return start, start + length


def algorithm(name):
    return tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d02") + bytes([HMAC_OIDS[name]])), b"\x05\x00")


with open(source, "rb") as file:
    pfx = file.read()
with open(password_file, "rb") as file:
    password = file.readline().rstrip(b"\n")
start, end = inside(pfx)
body = pfx[start:end]
content_info = body[3:]
assert body[:3] == b"\x02\x01\x03" and len(content_info) == inside(content_info)[1], "a PFX without MAC"
content = content_info[inside(content_info)[0]:]
content = content[inside(content)[1]:]                      # the OID
content = content[inside(content)[0]:]                      # [0]
authenticated_safe = content[slice(*inside(content))]       # OCTET STRING

salt = os.urandom(16)
key = hashlib.pbkdf2_hmac(prf, password, salt, iterations, key_length or 32)
value = hmac.new(key, authenticated_safe, mac).digest()
length = integer(key_length) if key_length else b""
pbkdf2 = tlv(0x30, tlv(0x04, salt), integer(iterations), length, algorithm(prf))
derivation = tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d01050c")), pbkdf2)
pbmac1 = tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d01050e")), tlv(0x30, derivation, algorithm(mac)))
# RFC 9579 section 4: salt and iterations beside it are not used, so the latter are more than anybody would do.
mac_data = tlv(0x30, tlv(0x30, pbmac1, tlv(0x04, value)), tlv(0x04, b"NOT USED"), integer(2**31 - 1))
with open(target, "wb") as file:
    file.write(tlv(0x30, body, mac_data))
