"""Reads one set with cryptography, whose X.509 parser takes nothing but strict DER: STEM ALIAS."""

import sys

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

stem, alias = sys.argv[1:]


def read(extension):
    with open(f"{stem}.{extension}", "rb") as file:
        return file.read()


def spki(public_key):
    return public_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


password = read("pass").splitlines()[0]
certificate = x509.load_pem_x509_certificate(read("crt"))
certificate.verify_directly_issued_by(certificate)
wanted = spki(certificate.public_key())

request = x509.load_pem_x509_csr(read("csr"))
assert request.is_signature_valid and request.subject == certificate.subject
assert spki(request.public_key()) == wanted
assert list(request.extensions) == [], request.extensions

assert certificate.version == x509.Version.v3
found = certificate.extensions
basic, usage = (found.get_extension_for_class(kind) for kind in (x509.BasicConstraints, x509.KeyUsage))
assert basic.critical and not basic.value.ca and usage.critical and usage.value.digital_signature
identifier = found.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
assert found.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier == identifier
assert identifier == x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest

key = serialization.load_pem_private_key(read("key"), password)
assert spki(key.public_key()) == wanted

for extension in ("p12", "old.p12"):
    store = pkcs12.load_pkcs12(read(extension), password)
    assert spki(store.key.public_key()) == wanted
    assert store.cert.certificate == certificate and store.additional_certs == []
    assert store.cert.friendly_name == alias.encode(), store.cert.friendly_name
print("read")
