"""Logs in as the tutorials do: PyJWT signs, and urllib posts. Arguments: key, address, audience, seconds to exp."""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import jwt

key, address, audience, seconds = sys.argv[1:]
with open(key, encoding="ascii") as file:
    private_key = file.read()
claims = {"iss": "3MVG9", "sub": "admin@example.com", "aud": audience, "exp": int(time.time()) + int(seconds)}
form = {
    "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "assertion": jwt.encode(claims, private_key, algorithm="RS256"),
}
# The machine's proxy, if it has one, has no business here.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    with opener.open(address, urllib.parse.urlencode(form).encode("ascii"), timeout=20) as answer:
        print(answer.status, json.load(answer)["token_type"])
except urllib.error.HTTPError as refusal:
    body = json.load(refusal)
    print(refusal.code, body["error"], "/", body.get("error_description"))
