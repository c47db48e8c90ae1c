"""Verifies a token against a certificate, and refuses it against another one: TOKEN_FILE CERTIFICATE OTHER ALGORITHM."""

import sys

import jwt
from cryptography import x509

AUDIENCE = "urn:certwright:interop"


def public_key(path):
    with open(path, "rb") as file:
        return x509.load_pem_x509_certificate(file.read()).public_key()


def main():
    token_file, certificate, other, algorithm = sys.argv[1:]
    with open(token_file, encoding="ascii") as file:
        token = file.read().strip()
    claims = jwt.decode(token, public_key(certificate), algorithms=[algorithm], audience=AUDIENCE)
    assert claims["sub"] == "interop", claims
    assert jwt.get_unverified_header(token)["alg"] == algorithm
    try:
        jwt.decode(token, public_key(other), algorithms=[algorithm], audience=AUDIENCE)
    except jwt.InvalidSignatureError:
        print("verified")
    else:
        sys.exit("the other certificate verified it too")


main()
