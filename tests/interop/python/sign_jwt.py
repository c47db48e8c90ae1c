"""Signs a token with a key file, as the tutorials' script does: KEY ALGORITHM."""

import sys

import jwt

key, algorithm = sys.argv[1:]
with open(key, encoding="ascii") as file:
    print(jwt.encode({"sub": "interop", "aud": "urn:certwright:interop"}, file.read(), algorithm=algorithm))
