"""Takes a token as its service would: TARGET TOKEN_FILE CERTIFICATE OTHER_CERTIFICATE.

The rules were written down from the services' own documentation, and not from certwright's rows. The signature is
verified by PyJWT; what stands in the token is computed once more by cryptography.
"""

import base64
import hashlib
import json
import re
import sys
import time

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TIMES = ("iat", "nbf", "exp")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def numbers(size, *integers):
    return [base64url(integer.to_bytes(size or (integer.bit_length() + 7) // 8, "big")) for integer in integers]


def thumbprint(key):
    """RFC 7638: the required members in the order of their names, without white space."""
    public = key.public_numbers()
    if isinstance(key, rsa.RSAPublicKey):
        exponent, modulus = numbers(None, public.e, public.n)
        members = {"e": exponent, "kty": "RSA", "n": modulus}
    else:
        x, y = numbers((key.curve.key_size + 7) // 8, public.x, public.y)
        curve = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}[key.curve.name]
        members = {"crv": curve, "kty": "EC", "x": x, "y": y}
    return base64url(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest())


def salesforce(_certificate, _key):
    # help.salesforce.com, remoteaccess_oauth_jwt_flow: RS256; iss, sub, aud; exp within 3 minutes.
    return {
        "algorithms": ["RS256"],
        "header": {"typ": "JWT"},
        "claims": {"iss": "3MVG9.consumer", "sub": "admin@example.com", "aud": "https://acme.my.salesforce.com"},
        "times": {"iat", "exp"},
        "longest": 180,
    }


def entra(certificate, _key):
    # learn.microsoft.com, certificate-credentials: PS256, x5t#S256 of the DER, iss = sub = client id, aud the token
    # endpoint as one text, jti a GUID, nbf.
    digest = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    client = "97e0a5b7-d745-40b6-94fe-5f77d35c6e05"
    return {
        "algorithms": ["PS256"],
        "header": {"typ": "JWT", "x5t#S256": base64url(digest)},
        "claims": {
            "iss": client,
            "sub": client,
            "aud": "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token",
        },
        "jti": UUID,
        "times": {"iat", "nbf", "exp"},
        "longest": 600,
    }


def google(_certificate, _key):
    # developers.google.com, service accounts: RS256, iss the account, scope with spaces, aud the token endpoint, one hour.
    return {
        "algorithms": ["RS256"],
        "header": {"typ": "JWT", "kid": "0a1b2c"},
        "claims": {
            "iss": "robot@project.iam.gserviceaccount.com",
            "sub": "user@example.com",
            "aud": "https://oauth2.googleapis.com/token",
            "scope": "https://www.googleapis.com/auth/drive https://www.googleapis.com/auth/gmail.send",
        },
        "times": {"iat", "exp"},
        "longest": 3600,
    }


def snowflake(_certificate, key):
    # docs.snowflake.com, SQL API: ACCOUNT.USER.SHA256:fingerprint in capitals, without the region; one hour.
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    user = "XY12345.ROBOT"
    digest = base64.b64encode(hashlib.sha256(der).digest()).decode()
    return {
        "algorithms": ["RS256"],
        "header": {"typ": "JWT"},
        "claims": {"iss": f"{user}.SHA256:{digest}", "sub": user},
        "times": {"iat", "exp"},
        "longest": 3600,
    }


def netsuite(_certificate, _key):
    # docs.oracle.com, section_162790605110: typ always, PS or ES, kid = certificate id, exp less than 60 minutes after
    # iat, scope as a list where there are several.
    return {
        "algorithms": ["PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
        "header": {"typ": "JWT", "kid": "NPMnRyPg-WDWhPiAbisjKiH0fqnBpjOZ367wDTe0pqA"},
        "claims": {
            "iss": "integration",
            "aud": "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token",
            "scope": ["restlets", "rest_webservices"],
        },
        "times": {"iat", "exp"},
        "longest": 3599,
    }


def docusign(_certificate, _key):
    # developers.docusign.com, jwt-get-token: RS256, aud the bare host, scope `signature impersonation`.
    return {
        "algorithms": ["RS256"],
        "header": {"typ": "JWT"},
        "claims": {
            "iss": "5c2b8d7e-0000-4000-8000-000000000001",
            "sub": "5c2b8d7e-0000-4000-8000-000000000002",
            "aud": "account-d.docusign.com",
            "scope": "signature impersonation",
        },
        "times": {"iat", "exp"},
        "longest": 3600,
    }


def box(_certificate, _key):
    # developer.box.com, JWT without SDK: RS256, RS384 or RS512, kid, jti of 16 to 128 characters, exp 60 seconds at most.
    return {
        "algorithms": ["RS256", "RS384", "RS512"],
        "header": {"typ": "JWT", "kid": "7sbm2q1p"},
        "claims": {
            "iss": "client",
            "sub": "123456",
            "box_sub_type": "enterprise",
            "aud": "https://api.box.com/oauth2/token",
        },
        "jti": re.compile(r".{16,128}"),
        "times": {"exp"},
        "longest": 60,
    }


def okta(_certificate, key):
    # developer.okta.com, build a JWT for client authentication: RS or ES, kid, iss = sub = client id, aud the endpoint.
    return {
        "algorithms": ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"],
        "header": {"typ": "JWT", "kid": thumbprint(key)},
        "claims": {"iss": "0oa1", "sub": "0oa1", "aud": "https://acme.okta.com/oauth2/v1/token"},
        "jti": UUID,
        "times": {"exp"},
        "longest": 3600,
    }


TARGETS = {rules.__name__: rules for rules in (salesforce, entra, google, snowflake, netsuite, docusign, box, okta)}


def no_float(text):
    raise AssertionError(f"{text} is no integer")


def part(text):
    assert "=" not in text, "padding"
    octets = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return json.loads(octets, parse_float=no_float, parse_constant=no_float)


def check_salt(token, key, algorithm):
    """RFC 7518 section 3.5: the salt has the length of the digest, which not every verifier insists on."""
    digest = {"PS256": SHA256, "PS384": SHA384, "PS512": SHA512}[algorithm]()
    signed, signature = token.rsplit(".", 1)
    octets = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    scheme = padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)
    key.verify(octets, signed.encode(), scheme, digest)


def check(target, token, certificate, other):
    key = certificate.public_key()
    rules = TARGETS[target](certificate, key)
    algorithm = jwt.get_unverified_header(token)["alg"]
    assert algorithm in rules["algorithms"], algorithm
    audience = rules["claims"].get("aud")
    jwt.decode(token, key, algorithms=[algorithm], audience=audience, options={"require": ["iss", "exp"]})
    try:
        jwt.decode(token, other.public_key(), algorithms=[algorithm], audience=audience)
        raise AssertionError("another certificate verified it")
    except (jwt.InvalidSignatureError, jwt.InvalidKeyError):
        pass
    if algorithm.startswith("PS"):
        check_salt(token, key, algorithm)
    if algorithm.startswith("ES"):
        assert isinstance(key, ec.EllipticCurvePublicKey)
    header, claims = (part(text) for text in token.split(".")[:2])
    assert header == {"alg": algorithm, **rules["header"]}, header
    times = {name: claims.pop(name) for name in TIMES if name in claims}
    assert set(times) == rules["times"], times
    assert all(type(value) is int for value in times.values()), times
    now = time.time()
    assert all(now - 60 <= value <= now for name, value in times.items() if name != "exp"), times
    # What was signed a moment ago still ends within the limit, counted from when it was signed.
    assert now < times["exp"] <= times.get("iat", now) + rules["longest"], times
    if "jti" in rules:
        assert rules["jti"].fullmatch(claims.pop("jti"))
    assert claims == rules["claims"], claims


def main():
    target, token_file, *certificates = sys.argv[1:]
    with open(token_file, encoding="ascii") as file:
        token = file.read()
    assert token.count("\n") == 1 and token.endswith("\n"), "one line"
    loaded = []
    for path in certificates:
        with open(path, "rb") as file:
            loaded.append(x509.load_pem_x509_certificate(file.read()))
    check(target, token.strip(), *loaded)
    print("taken")


main()
