"""Logs in with PyJWT and requests, as the tutorials' script does: KEY CLIENT_ID USER AUDIENCE LOGIN_URL CA_FILE.

Prints the answer, and ends with 1 when it is a refusal.
"""

import sys
import time

import jwt
import requests

key_file, client_id, user, audience, login_url, ca_file = sys.argv[1:]
with open(key_file, encoding="ascii") as file:
    private_key = file.read()
claims = {"iss": client_id, "sub": user, "aud": audience, "exp": int(time.time()) + 300}
form = {
    "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "assertion": jwt.encode(claims, private_key, algorithm="RS256"),
}
answer = requests.post(f"{login_url}/services/oauth2/token", data=form, verify=ca_file, timeout=30)
print(answer.text)
sys.exit(0 if answer.ok else 1)
