#!/usr/bin/env python3
"""Makes the fixtures that no tool makes: `make.py NAME` prints the file that the function NAME describes.

Its inputs are other fixtures beside it; MANIFEST.toml says which function makes which file. Salts are fixed, so that a
file comes out the same each time. Only Python's own library is used.
"""

import base64
import hashlib
import hmac
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
PASSWORD = "changeit"
MAKERS = {}


def fixture(function):
    MAKERS[function.__name__.replace("_", "-")] = function
    return function


def read(path):
    return (HERE / path).read_bytes()


# --- DER ---------------------------------------------------------------------------------------------------------


def length(size):
    if size < 0x80:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def tlv(tag, *parts):
    content = b"".join(parts)
    return bytes([tag]) + length(len(content)) + content


def seq(*parts):
    return tlv(0x30, *parts)


def octets(content):
    return tlv(0x04, content)


def integer(number):
    return tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def oid(text):
    first, second, *rest = (int(arc) for arc in text.split("."))
    out = b""
    for arc in [first * 40 + second, *rest]:
        part = bytes([arc & 0x7F])
        while arc := arc >> 7:
            part = bytes([0x80 | arc & 0x7F]) + part
        out += part
    return tlv(0x06, out)


NULL = b"\x05\x00"
DATA, SIGNED_DATA, ENCRYPTED_DATA = (oid(f"1.2.840.113549.1.7.{arc}") for arc in (1, 2, 6))
PBES2, PBKDF2, PBMAC1 = (oid(f"1.2.840.113549.1.5.{arc}") for arc in (13, 12, 14))
HMAC_SHA256 = oid("1.2.840.113549.2.9")
SHA256 = oid("2.16.840.1.101.3.4.2.1")
AES256 = oid("2.16.840.1.101.3.4.1.42")
FRIENDLY_NAME, LOCAL_KEY_ID = oid("1.2.840.113549.1.9.20"), oid("1.2.840.113549.1.9.21")
KEY_BAG, SHROUDED_KEY_BAG, CERT_BAG = (oid(f"1.2.840.113549.1.12.10.1.{arc}") for arc in (1, 2, 3))


def element(data, at=0):
    """Tag, start of the content, and end of the element at an offset."""
    size, start = data[at + 1], at + 2
    if size >= 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[at + 2 : start], "big")
    return data[at], start, start + size


def children(data):
    """The elements inside one constructed element."""
    _, at, end = element(data)
    out = []
    while at < end:
        stop = element(data, at)[2]
        out.append(data[at:stop])
        at = stop
    return out


def content(data):
    _, start, end = element(data)
    return data[start:end]


def replace(data, old, new):
    """Puts one element in the place of another, and mends every length around it."""
    assert data.count(old) == 1, (old, data.count(old))

    def walk(at, end):
        out = b""
        while at < end:
            tag, start, stop = element(data, at)
            if data[at:stop] == old:
                out += new
            elif tag & 0x20 or (tag == 0x04 and old in data[start:stop] and data[start] in (0x30, 0x31)):
                out += tlv(tag, walk(start, stop))
            else:
                out += data[at:stop]
            at = stop
        return out

    return walk(0, len(data))


def unpem(path):
    return base64.b64decode(re.search(rb"-----BEGIN [^-]+-----(.*?)-----END", read(path), re.S).group(1))


def pem(label, der):
    text = base64.b64encode(der).decode()
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n".encode()


# --- PKCS#12 -----------------------------------------------------------------------------------------------------


def bmp(password):
    return password.encode("utf-16-be") + b"\0\0"


def pkcs12_kdf(digest, password, salt, identifier, iterations, size):
    """RFC 7292, appendix B.2."""
    block = hashlib.new(digest).block_size

    def fill(data):
        size = block * -(-len(data) // block)
        return (data * size)[:size]

    mixed, out = fill(salt) + fill(password), b""
    while len(out) < size:
        state = bytes([identifier]) * block + mixed
        for _ in range(iterations):
            state = hashlib.new(digest, state).digest()
        out += state
        addend = int.from_bytes((state * block)[:block], "big") + 1
        mixed = b"".join(
            ((int.from_bytes(mixed[at : at + block], "big") + addend) % (1 << 8 * block)).to_bytes(block, "big")
            for at in range(0, len(mixed), block)
        )
    return out[:size]


SALT = bytes(range(1, 17))


def mac_data(safe, iterations=2048, encoded=None, value=None, salt=SALT):
    """MacData over the octets of the authenticated safe; `encoded` stands where the iteration count belongs."""
    key = pkcs12_kdf("sha256", bmp(PASSWORD), salt, 3, iterations, 32)
    value = hmac.digest(key, safe, "sha256") if value is None else value
    count = integer(iterations) if encoded is None else encoded
    return seq(seq(seq(SHA256, NULL), octets(value)), octets(salt), count)


def pbmac1_data(safe, iterations=2048, key_length=32, salt=SALT, prf=HMAC_SHA256, mac_iterations=1, said_iterations=None,
                said_key_length=None):
    """MacData of RFC 9579: the derivation is PBKDF2, and the fields of RFC 7292 are not used."""
    key = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, iterations, key_length)
    kdf = [octets(salt), integer(said_iterations if said_iterations is not None else iterations)]
    said = key_length if said_key_length is None else said_key_length
    kdf += [integer(said)] if said is not False else []
    kdf += [seq(prf, NULL)] if prf else []
    algorithm = seq(PBMAC1, seq(seq(PBKDF2, seq(*kdf)), seq(HMAC_SHA256, NULL)))
    return seq(seq(algorithm, octets(hmac.digest(key, safe, "sha256"))), octets(b"NOT USED"), integer(mac_iterations))


def data_info(octets_of_data):
    return seq(DATA, tlv(0xA0, octets(octets_of_data)))


def pfx(safe, mac):
    return seq(integer(3), data_info(safe), mac)


def open_bags():
    """The bags of a .p12 of OpenSSL that encrypts nothing: one certificate's, and one key's."""
    _, authenticated, _ = children(read("pkcs12/open-bags.p12"))
    explicit = children(authenticated)[1]
    safe = content(children(explicit)[0])
    bags = []
    for info in children(safe):
        bags += children(content(children(children(info)[1])[0]))
    return bags


def bag(kind, value, *attributes):
    return seq(kind, tlv(0xA0, value), *([tlv(0x31, *attributes)] if attributes else []))


def attribute(kind, *values):
    return seq(kind, tlv(0x31, *values))


def bag_value(of):
    return children(children(of)[1])[0]


def store(*bags, mac=mac_data):
    """A .p12 of one open safe with these bags."""
    safe = seq(data_info(seq(*bags)))
    return pfx(safe, mac(safe))


def key_and_certificate(*attributes):
    """Both bags of one entry, with these attributes on each."""
    bags = open_bags()
    key = next(it for it in bags if children(it)[0] == KEY_BAG)
    certificate = next(it for it in bags if children(it)[0] == CERT_BAG)
    local = attribute(LOCAL_KEY_ID, octets(b"\x01"))
    return (bag(KEY_BAG, bag_value(key), *attributes, local), bag(CERT_BAG, bag_value(certificate), *attributes, local))


def named(encoded_name):
    return store(*key_and_certificate(attribute(FRIENDLY_NAME, encoded_name)))


def shrouded(iterations):
    """The encrypted PKCS#8 of aes256-hmac-sha256.key, asking for another number of iterations."""
    return replace(unpem("pkcs8/aes256-hmac-sha256.key"), integer(2048), iterations)


# Names ---------------------------------------------------------------------------------------------------------------


@fixture
def friendly_name_escape_codes():
    return named(tlv(0x1E, "\x1b]0;owned\x07\x1b[31mred\u202eevil\r\n".encode("utf-16-be")))


@fixture
def friendly_name_odd_length():
    return named(tlv(0x1E, b"\0o\0n\0"))


@fixture
def friendly_name_surrogates():
    return named(tlv(0x1E, "k\N{KEY}".encode("utf-16-be")))


@fixture
def friendly_name_lone_surrogate():
    return named(tlv(0x1E, b"\0k\xd8\x00"))


@fixture
def friendly_name_beyond_07ff():
    return named(tlv(0x1E, "\u0800\u20ac\uffee".encode("utf-16-be")))


@fixture
def friendly_name_nul():
    return named(tlv(0x1E, "a\0b".encode("utf-16-be")))


@fixture
def friendly_name_empty():
    return named(tlv(0x1E))


@fixture
def friendly_name_utf8_string():
    return named(tlv(0x0C, b"one"))


@fixture
def attributes_without_values():
    return store(*key_and_certificate(seq(FRIENDLY_NAME, tlv(0x31))))


# CVE-2024-0727: parts that the syntax calls OPTIONAL, left out -------------------------------------------------------


@fixture
def pkcs12_no_content():
    return seq(integer(3), seq(DATA), mac_data(b""))


@fixture
def pkcs12_null_content():
    return seq(integer(3), seq(DATA, tlv(0xA0, NULL)), mac_data(b""))


@fixture
def pkcs12_safe_without_content():
    safe = seq(seq(DATA))
    return pfx(safe, mac_data(safe))


@fixture
def pkcs12_encrypted_safe_without_content():
    safe = seq(seq(ENCRYPTED_DATA))
    return pfx(safe, mac_data(safe))


@fixture
def pkcs12_encrypted_safe_without_ciphertext():
    safe = seq(seq(ENCRYPTED_DATA, tlv(0xA0, seq(integer(0), seq(DATA, children(shrouded(integer(2048)))[0])))))
    return pfx(safe, mac_data(safe))


@fixture
def pkcs12_empty_bag():
    return store(seq(CERT_BAG))


@fixture
def pkcs12_bag_with_null():
    return store(bag(SHROUDED_KEY_BAG, NULL))


@fixture
def pkcs12_mac_without_value():
    safe = seq(data_info(seq(*key_and_certificate())))
    return pfx(safe, mac_data(safe, value=b""))


@fixture
def pkcs12_mac_cut_to_one_octet():
    safe = seq(data_info(seq(*key_and_certificate())))
    return pfx(safe, mac_data(safe, value=content(children(children(mac_data(safe))[0])[1])[:1]))


# Work ----------------------------------------------------------------------------------------------------------------


def mac_asking(count):
    return store(*key_and_certificate(), mac=lambda safe: mac_data(safe, encoded=count))


@fixture
def pkcs12_mac_iterations_0():
    return mac_asking(integer(0))


@fixture
def pkcs12_mac_iterations_negative():
    return mac_asking(integer(-1))


@fixture
def pkcs12_mac_iterations_2147483647():
    _, safe, mac = children(read("pkcs12/openssl3.p12"))
    return seq(integer(3), safe, replace(mac, integer(2048), integer(2**31 - 1)))


@fixture
def pkcs12_mac_iterations_2147483648():
    return mac_asking(integer(2**31))


@fixture
def pkcs12_mac_iterations_9223372036854775808():
    return mac_asking(integer(2**63))


@fixture
def pkcs12_mac_iterations_of_100_octets():
    return mac_asking(integer(2**791))


@fixture
def pkcs12_450_keys_of_1000000_iterations():
    key = bag(SHROUDED_KEY_BAG, shrouded(integer(1_000_000)))
    return store(*[key] * 450)


@fixture
def pkcs12_safes_of_4000000_iterations():
    """Three encrypted safes: each is within the limit of one derivation, and together they are not."""
    algorithm = children(shrouded(integer(4_000_000)))[0]
    info = seq(ENCRYPTED_DATA, tlv(0xA0, seq(integer(0), seq(DATA, algorithm, tlv(0x80, bytes(32))))))
    safe = seq(info, info, info)
    return pfx(safe, mac_data(safe))


def pkcs8_asking(count):
    return shrouded(count)


@fixture
def pkcs8_iterations_0():
    return pkcs8_asking(integer(0))


@fixture
def pkcs8_iterations_negative():
    return pkcs8_asking(integer(-1))


@fixture
def pkcs8_iterations_2147483648():
    return pkcs8_asking(integer(2**31))


@fixture
def pkcs8_iterations_4294967295():
    return pkcs8_asking(integer(2**32 - 1))


@fixture
def pkcs8_iterations_9223372036854775808():
    return pkcs8_asking(integer(2**63))


@fixture
def pkcs8_iterations_of_100_octets():
    return pkcs8_asking(integer(2**791))


@fixture
def pkcs8_pbes1_iterations_2147483648():
    return replace(unpem("pkcs8/pbe-sha1-3des.key"), integer(2048), integer(2**31))


@fixture
def pkcs8_pbes1_iterations_0():
    return replace(unpem("pkcs8/pbe-sha1-3des.key"), integer(2048), integer(0))


@fixture
def pkcs8_key_length_2147483647():
    """A PBKDF2 keyLength of its own, far beyond what AES-256 takes."""
    return replace(unpem("pkcs8/aes256-hmac-sha256.key"), integer(2048), integer(2048) + integer(2**31 - 1))


def scrypt_asking(n=None, r=None, p=None):
    key = unpem("pkcs8/scrypt.key")
    salt_and_costs = children(children(children(children(children(key)[0])[1])[0])[1])
    old = seq(*salt_and_costs)
    salt, *costs = salt_and_costs
    new = [integer(it) if it is not None else was for it, was in zip((n, r, p), costs)]
    return replace(key, old, seq(salt, *new))


@fixture
def pkcs8_scrypt_n_1073741824():
    return scrypt_asking(n=2**30)


@fixture
def pkcs8_scrypt_n_0():
    return scrypt_asking(n=0)


@fixture
def pkcs8_scrypt_n_1():
    return scrypt_asking(n=1)


@fixture
def pkcs8_scrypt_n_no_power_of_two():
    return scrypt_asking(n=16385)


@fixture
def pkcs8_scrypt_n_18446744073709551615():
    return scrypt_asking(n=2**64 - 1)


@fixture
def pkcs8_scrypt_r_0():
    return scrypt_asking(r=0)


@fixture
def pkcs8_scrypt_r_16777216():
    return scrypt_asking(n=2, r=2**24)


@fixture
def pkcs8_scrypt_p_0():
    return scrypt_asking(p=0)


@fixture
def pkcs8_scrypt_p_5():
    return scrypt_asking(p=5)


@fixture
def pkcs8_scrypt_p_2147483647():
    return scrypt_asking(p=2**31 - 1)


# PBMAC1, RFC 9579; CVE-2025-11187 ------------------------------------------------------------------------------------


def with_pbmac1(**how):
    return store(*key_and_certificate(attribute(FRIENDLY_NAME, tlv(0x1E, "one".encode("utf-16-be")))),
                 mac=lambda safe: pbmac1_data(safe, **how))


@fixture
def pbmac1_sha256():
    return with_pbmac1()


@fixture
def pbmac1_one_iteration():
    return with_pbmac1(iterations=1)


@fixture
def pbmac1_mac_iterations_0():
    return with_pbmac1(mac_iterations=0)


@fixture
def pbmac1_iterations_2147483648():
    return with_pbmac1(said_iterations=2**31)


@fixture
def pbmac1_iterations_0():
    return with_pbmac1(said_iterations=0)


@fixture
def pbmac1_key_length_absent():
    return with_pbmac1(said_key_length=False)


@fixture
def pbmac1_key_length_0():
    return with_pbmac1(said_key_length=0)


@fixture
def pbmac1_key_length_1():
    return with_pbmac1(key_length=1)


@fixture
def pbmac1_key_length_2147483647():
    return with_pbmac1(said_key_length=2**31 - 1)


# Shape ---------------------------------------------------------------------------------------------------------------


@fixture
def pkcs12_cut_in_half():
    p12 = read("pkcs12/openssl3.p12")
    return p12[: len(p12) // 2]


@fixture
def pkcs12_one_bit_changed():
    p12 = bytearray(read("pkcs12/openssl3.p12"))
    p12[len(p12) // 2] ^= 1
    return bytes(p12)


@fixture
def pkcs12_trailing_bytes():
    return read("pkcs12/openssl3.p12") + bytes(4)


@fixture
def pkcs12_version_4():
    _, safe, mac = children(read("pkcs12/openssl3.p12"))
    return seq(integer(4), safe, mac)


@fixture
def pkcs8_cut_short():
    return unpem("pkcs8/plain.key")[:-10]


@fixture
def pkcs8_version_9():
    _, algorithm, key = children(unpem("pkcs8/plain.key"))[:3]
    return seq(integer(9), algorithm, key)


@fixture
def der_length_4294967295():
    return b"\x30\x84\xff\xff\xff\xff\x02\x01\x00"


@fixture
def der_length_of_127_octets():
    return b"\x30\xff" + b"\xff" * 127 + b"\x02\x01\x00"


@fixture
def der_length_2_to_the_64():
    return b"\x30\x89\x01" + bytes(8) + b"\x02\x01\x00"


@fixture
def der_nested_10000():
    return b"\x30\x80" * 10000


@fixture
def der_nested_2000_definite():
    out = b""
    for _ in range(2000):
        out = seq(out)
    return out


@fixture
def ber_octet_strings_nested_10000():
    return b"\x30\x80\x02\x01\x03\x30\x80" + DATA + b"\xa0\x80" + b"\x24\x80" * 10000


@fixture
def ber_10000_empty_chunks():
    """A PFX whose content is an OCTET STRING in ten thousand pieces of nothing."""
    return b"\x30\x80" + integer(3) + b"\x30\x80" + DATA + b"\xa0\x80\x24\x80" + b"\x04\x00" * 10000 + bytes(10)


@fixture
def ber_no_end_of_contents():
    return read("pkcs12/ber-indefinite.p12")[:-2]


@fixture
def certificate_with_an_oid_of_60000_octets():
    """CVE-2023-2650: a tool that prints this number in decimal works for minutes."""
    certificate = unpem("pem/crlf.crt")
    to_be_signed, algorithm, signature = children(certificate)
    parts = children(to_be_signed)
    long = tlv(0x06, b"\x2a" + b"\xff" * 60000 + b"\x7f")
    subject = seq(tlv(0x31, seq(long, tlv(0x0C, b"long"))))
    parts[5] = subject
    return seq(seq(*parts), algorithm, signature)


# BER -----------------------------------------------------------------------------------------------------------------


def indefinite(data, chunk=None):
    """BER of the same value: constructed elements without length, and OCTET STRINGs in pieces when `chunk` says so."""
    tag, start, end = element(data)
    if tag & 0x20:
        return bytes([tag, 0x80]) + b"".join(indefinite(child, chunk) for child in children(data)) + b"\0\0"
    if chunk and tag in (0x04, 0x80) and end - start > chunk:
        pieces = [data[at : min(at + chunk, end)] for at in range(start, end, chunk)]
        return bytes([tag | 0x20, 0x80]) + b"".join(map(octets, pieces)) + b"\0\0"
    return data


def ber_store(source, chunk, inner=True, iterations=2048):
    """Takes a .p12 apart and writes it as streaming writers do, the MAC made anew over the octets that changed."""
    _, authenticated, _ = children(read(source))
    infos = children(content(children(children(authenticated)[1])[0]))
    safe = b"\x30\x80" + b"".join(indefinite(info, chunk) for info in infos) + b"\0\0" if inner else seq(*infos)
    return indefinite(pfx(safe, mac_data(safe, iterations)), chunk)


@fixture
def ber_indefinite():
    return ber_store("pkcs12/openssl3.p12", 1000)


@fixture
def ber_small_chunks():
    return ber_store("pkcs12/openssl3.p12", 16)


@fixture
def ber_one_iteration():
    return ber_store("pkcs12/one-iteration.p12", 64, iterations=1)


@fixture
def ber_outside_only():
    return ber_store("pkcs12/openssl3.p12", None, inner=False)


@fixture
def ber_pkcs7():
    return indefinite(read("pkcs7/chain.p7b"))


# PKCS#7 --------------------------------------------------------------------------------------------------------------


def signed_data(*certificates, digests=b"", inner=None):
    inner = seq(DATA) if inner is None else inner
    parts = [integer(1), tlv(0x31, digests), inner, tlv(0xA0, *certificates), tlv(0x31)]
    return seq(SIGNED_DATA, tlv(0xA0, seq(*parts)))


@fixture
def pkcs7_empty_digest_algorithms():
    """CVE-2026-45447: a digest list that is empty, and a signer that is not."""
    signed = children(read("pkcs7/cms-signed.p7b"))
    parts = children(children(signed[1])[0])
    parts[1] = tlv(0x31)
    return seq(signed[0], tlv(0xA0, seq(*parts)))


@fixture
def pkcs7_no_content():
    return seq(SIGNED_DATA)


@fixture
def pkcs7_no_certificates():
    return signed_data()


# JKS -----------------------------------------------------------------------------------------------------------------


def number(value, size=4):
    return value.to_bytes(size, "big")


def jks(body, password=PASSWORD):
    return body + hashlib.sha1(password.encode("utf-16-be") + b"Mighty Aphrodite" + body).digest()


def text(value):
    return number(len(value), 2) + value


JKS_MAGIC, JCEKS_MAGIC = b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce"


@fixture
def chain_count_4294967295():
    return JKS_MAGIC + number(2) + number(1) + number(1) + text(b"a") + bytes(8) + number(0) + number(0xFFFFFFFF)


@fixture
def jceks_chain_count_4294967295():
    return JCEKS_MAGIC + chain_count_4294967295()[4:]


@fixture
def jks_entry_count_4294967295():
    return JKS_MAGIC + number(2) + number(0xFFFFFFFF) + bytes(20)


@fixture
def jks_key_length_4294967295():
    return JKS_MAGIC + number(2) + number(1) + number(1) + text(b"a") + bytes(8) + number(0xFFFFFFFF) + bytes(20)


@fixture
def jks_certificate_length_2147483648():
    body = JKS_MAGIC + number(2) + number(1) + number(2) + text(b"a") + bytes(8) + text(b"X.509") + number(2**31)
    return body + bytes(20)


@fixture
def jks_alias_length_65535():
    return JKS_MAGIC + number(2) + number(1) + number(2) + b"\xff\xff" + b"a" * 100


@fixture
def jks_alias_overlong_utf8():
    body = JKS_MAGIC + number(2) + number(1) + number(2) + text(b"\xc1\x81") + bytes(8) + text(b"X.509") + number(0)
    return jks(body)


@fixture
def jks_two_entries_of_one_name():
    certificate = unpem("pem/crlf.crt")
    entry = number(2) + text(b"a") + bytes(8) + text(b"X.509") + number(len(certificate)) + certificate
    return jks(JKS_MAGIC + number(2) + number(2) + entry * 2)


@fixture
def jks_version_3():
    return jks(JKS_MAGIC + number(3) + number(0))


@fixture
def jks_no_entries():
    return jks(JKS_MAGIC + number(2) + number(0))


@fixture
def jks_digest_missing():
    return read("jks/one-key.jks")[:-20]


@fixture
def jks_trailing_bytes():
    return read("jks/one-key.jks") + bytes(4)


@fixture
def jks_one_bit_changed():
    store = bytearray(read("jks/one-key.jks"))
    store[len(store) // 2] ^= 1
    return bytes(store)


@fixture
def jks_alias_escape_codes():
    certificate = unpem("pem/crlf.crt")
    alias = "\x1b]0;owned\x07\x1b[31mred\u202e".encode()
    return jks(JKS_MAGIC + number(2) + number(1) + number(2) + text(alias) + bytes(8) + text(b"X.509")
               + number(len(certificate)) + certificate)


@fixture
def upper_case_alias():
    body = read("jks/one-key.jks")[:-20]
    return jks(body.replace(text(b"one"), text(b"MyCert"), 1))


@fixture
def version_1():
    body = read("jks/one-key.jks")[:-20]
    return jks(body[:4] + number(1) + body[8:].replace(text(b"X.509"), b""))


# PEM as it comes from Windows, web forms and CI ----------------------------------------------------------------------


def damaged(function):
    """One damage, done to a certificate and to a key: `NAME` and `NAME-key`."""
    name = function.__name__.replace("_", "-")
    MAKERS[name] = lambda: function(pem("CERTIFICATE", unpem("x509/p256.crt")).decode())
    MAKERS[name + "-key"] = lambda: function(pem("PRIVATE KEY", unpem("pkcs8/plain.key")).decode())
    return function


@damaged
def utf8_bom(text):
    return b"\xef\xbb\xbf" + text.encode()


@damaged
def utf16_le(text):
    return b"\xff\xfe" + text.encode("utf-16-le")


@damaged
def utf16_be(text):
    return b"\xfe\xff" + text.encode("utf-16-be")


@damaged
def utf16_le_no_bom(text):
    return text.encode("utf-16-le")


@damaged
def utf16_be_no_bom(text):
    return text.encode("utf-16-be")


@damaged
def utf16_le_crlf(text):
    return b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le")


@damaged
def crlf(text):
    return text.replace("\n", "\r\n").encode()


@damaged
def cr(text):
    return text.replace("\n", "\r").encode()


@damaged
def indented(text):
    return "".join(f"    {line}\n" for line in text.splitlines()).encode()


@damaged
def tabs_and_trailing_spaces(text):
    return "".join(f"\t{line}  \n" for line in text.splitlines()).encode()


@damaged
def blank_lines(text):
    return text.replace("\n", "\n\n").encode()


@damaged
def one_line(text):
    return " ".join(text.splitlines()).encode()


@damaged
def joined_without_spaces(text):
    return "".join(text.splitlines()).encode()


@damaged
def escaped_line_ends(text):
    return text.replace("\n", "\\n").encode()


@damaged
def escaped_and_quoted(text):
    return b'"' + text.replace("\n", "\\n").encode() + b'"\n'


@damaged
def base64_of_pem(text):
    return base64.b64encode(text.encode())


@damaged
def base64_of_pem_in_lines(text):
    return base64.encodebytes(text.encode())


@damaged
def text_around(text):
    return f"Bag Attributes\n    friendlyName: x\n{text}that is all\n".encode()


@damaged
def base64_in_one_line(text):
    first, *body, last = text.splitlines()
    return "\n".join([first, "".join(body), last, ""]).encode()


@damaged
def no_last_line_end(text):
    return text.rstrip("\n").encode()


@damaged
def no_end_line(text):
    return "".join(f"{line}\n" for line in text.splitlines()[:-1]).encode()


@damaged
def wrong_end_line(text):
    return re.sub("END [A-Z ]+", "END RSA PRIVATE KEY", text).encode()


@damaged
def half_of_the_base64(text):
    lines = text.splitlines()
    return "\n".join([lines[0], lines[1], lines[-1], ""]).encode()


@damaged
def no_base64(text):
    return text.replace(text.splitlines()[1], "*" * 64).encode()


@damaged
def headers_with_escape_codes(text):
    first, *rest = text.splitlines()
    return "\n".join([first, "Comment: \x1b]0;owned\x07", "", *rest, ""]).encode()


@damaged
def label_with_escape_codes(text):
    return re.sub("(BEGIN|END) [A-Z ]+", "\\1 \x1b[31mKEY", text).encode()


# --- weak keys ---------------------------------------------------------------------------------------------------


def is_prime(number):
    """Miller and Rabin, to the bases that FIPS 186-5 would draw at random: here the same ones each time."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53):
        power = pow(base, odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


def next_prime(number, exponent):
    number |= 1
    while not is_prime(number) or (number - 1) % exponent == 0:
        number += 2
    return number


@fixture
def near_primes():
    """PKCS#8 of an RSA key of 2048 bits whose second prime is the next one after the first."""
    exponent = 65537
    seed = b"".join(hashlib.sha256(b"near primes %d" % part).digest() for part in range(4))
    q = next_prime(int.from_bytes(seed, "big") | 3 << 1022, exponent)
    p = next_prime(q + 2, exponent)
    d = pow(exponent, -1, (p - 1) * (q - 1))
    numbers = [0, p * q, exponent, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p)]
    key = seq(*map(integer, numbers))
    return pem("PRIVATE KEY", seq(integer(0), seq(oid("1.2.840.113549.1.1.1"), NULL), octets(key)))


if __name__ == "__main__":
    try:
        make = MAKERS[sys.argv[1]]
    except (IndexError, KeyError):
        sys.exit("usage: make.py NAME, where NAME is one of\n  " + "\n  ".join(sorted(MAKERS)))
    sys.stdout.buffer.write(make())
