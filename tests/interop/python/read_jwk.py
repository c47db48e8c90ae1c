"""Signs with private.jwk by PyJWT, and verifies with public.jwk and set.jwks; the thumbprint is made anew."""
import base64
import hashlib
import json

import jwt

private, public = (jwt.PyJWK.from_json(open(name).read()) for name in ("private.jwk", "public.jwk"))
members = json.load(open("public.jwk"))
in_set = jwt.PyJWKSet.from_json(open("set.jwks").read())[members["kid"]]
token = jwt.encode({"sub": "x"}, private.key, algorithm=members["alg"])
for key in (public, in_set):
    assert jwt.decode(token, key.key, algorithms=[members["alg"]]) == {"sub": "x"}
required = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x")}[members["kty"]]
text = json.dumps({name: members[name] for name in required}, separators=(",", ":"), sort_keys=True)
thumbprint = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
assert thumbprint == members["kid"]
print("read")
