"""An OAuth 2.0 authorization server on loopback that answers as Salesforce does: CONFIGURATION.

Authlib is the server: it reads the request, checks the signature and the claims (RFC 7523), and writes the answer.
This script gives it the registered clients, and Salesforce's words for each refusal. CONFIGURATION is JSON text:

    folder        where `ca.crt`, the root to trust, and the server's own certificate and key are written
    tls           {"certificate": a name in certificates.py, "old": false}; null speaks plain HTTP; "old" offers TLS 1.0
                  and 1.1 only
    clients       [{"client_id", "certificate": PEM FILE, "users": [...], "algorithm": "RS256", "refusal": [...]}, ...]
    audiences     accepted beside the address of this server
    instance_url  told with the token; this server when absent
    clock_offset  seconds by which the whole server, its `Date` header too, is ahead of this machine

`algorithm` is the only one that the client may sign with. `refusal`, an error and its description, is what a client is
told whose assertion was right in everything.

    POST /services/oauth2/token            grant_type urn:ietf:params:oauth:grant-type:jwt-bearer
    POST /oauth2/token and Okta's, Entra's grant_type client_credentials with a client_assertion (private_key_jwt)
    GET  /services/data/…                  wants a token that was issued here, and so does
    GET  /services/oauth2/userinfo
    POST /MANNER/services/oauth2/token     misbehaves, see misbehaviour.py

Standard output has one JSON object a line: `{"event": "ready", "port": N}`, and what happened. Assertions and tokens
stand only in events of their own, `{"event": "credential", "name": …, "value": …}`, from which the test learns what the
client may not show. Each line of standard input is answered with `{"event": "mark"}`; when standard input closes, the
server ends.
"""

from __future__ import annotations

import base64
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, InvalidClientError, InvalidGrantError, UnsupportedGrantTypeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion, JWTBearerGrant
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask, Response, jsonify, request
from joserfc import jwk
from joserfc.errors import ClaimError, ExpiredTokenError
from joserfc.jws import JWSRegistry

import salesforce
from journal import credential, follow_standard_input
from loopback import record_request, serve
from misbehaviour import misbehaviour

# joserfc takes only these three unless told otherwise, and Authlib does not tell. The key of a client names one
# algorithm all the same, see `Client.public_key`.
assert JWSRegistry.recommended == ["HS256", "RS256", "ES256"]
JWSRegistry.recommended += ["RS384", "RS512", "PS256", "PS384", "PS512", "ES384", "ES512", "EdDSA"]

# Where a client shows who it is by an assertion, as at Okta and at Entra.
CREDENTIALS_PATHS = ("/oauth2/token", "/oauth2/v1/token", "/tenant/oauth2/v2.0/token")

KEY_TYPES: dict[str, Any] = {"RS": jwk.RSAKey, "PS": jwk.RSAKey, "ES": jwk.ECKey, "Ed": jwk.OKPKey}


@dataclass
class Client(ClientMixin):
    """An app as it is registered at the authorization server."""

    client_id: str
    certificate: str
    users: list[str] = field(default_factory=list)
    algorithm: str = "RS256"
    refusal: list[str] | None = None

    def __post_init__(self) -> None:
        self.x509 = x509.load_pem_x509_certificate(Path(self.certificate).read_bytes())

    def public_key(self) -> jwk.Key:
        """The key of the certificate, bound to the one algorithm."""
        key_type = KEY_TYPES[self.algorithm[:2]]
        pem = self.x509.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return key_type.import_key(pem, {"alg": self.algorithm, "use": "sig"})

    def thumbprint(self) -> str:
        """`x5t#S256` of RFC 7515."""
        return base64.urlsafe_b64encode(self.x509.fingerprint(SHA256())).rstrip(b"=").decode()

    def get_client_id(self) -> str:
        return self.client_id

    def get_allowed_scope(self, scope: str | None) -> str:
        return scope or "api"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in (JWTBearerGrant.GRANT_TYPE, ClientCredentialsGrant.GRANT_TYPE)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == JWTBearerClientAssertion.CLIENT_AUTH_METHOD


class Organisation:
    """What the server knows: clients, audiences, tokens that it issued, and assertions that it has seen."""

    def __init__(self, configuration: dict[str, Any], own_urls: list[str]) -> None:
        self.clients = {client["client_id"]: Client(**client) for client in configuration["clients"]}
        self.audiences: list[str] = configuration.get("audiences", []) + own_urls
        self.instance_url: str = configuration.get("instance_url") or own_urls[0]
        self.tokens: set[str] = set()
        self._used: set[tuple[str, str]] = set()

    def is_first_use(self, claims: dict[str, Any], jti: str) -> bool:
        use = (claims["iss"], jti)
        first = use not in self._used
        self._used.add(use)
        return first


def jwt_bearer_grant(organisation: Organisation) -> type[JWTBearerGrant]:
    """The flow of `certwright login`: Authlib's checks, Salesforce's words."""

    class SalesforceGrant(JWTBearerGrant):
        # Salesforce has always wanted a user; Authlib would do without.
        CLAIMS_OPTIONS = {**JWTBearerGrant.CLAIMS_OPTIONS, "sub": {"essential": True}}
        LEEWAY = 0

        def process_assertion_claims(self, assertion: str) -> dict[str, Any]:
            try:
                claims = super().process_assertion_claims(assertion)
            except InvalidGrantError as fault:
                raise in_words_of_salesforce(fault.__cause__) from fault
            if "jti" in claims and not organisation.is_first_use(claims, claims["jti"]):
                raise salesforce.wrong_assertion()
            return claims

        def verify_claims(self, claims: dict[str, Any]) -> None:
            # Against RFC 7519, simple-salesforce writes the number as a string, and its users log in with that.
            if isinstance(claims.get("exp"), str) and claims["exp"].isdecimal():
                claims = {**claims, "exp": int(claims["exp"])}
            super().verify_claims(claims)

        def resolve_issuer_client(self, issuer: str) -> Client:
            if issuer not in organisation.clients:
                raise salesforce.wrong_client()
            return organisation.clients[issuer]

        def resolve_client_public_key(self, client: Client) -> jwk.Key:
            return client.public_key()

        def get_audiences(self) -> list[str]:
            return organisation.audiences

        def authenticate_user(self, subject: str) -> str:
            return subject

        def has_granted_permission(self, client: Client, user: str) -> bool:
            if user not in client.users:
                raise salesforce.not_approved()
            if client.refusal:
                raise salesforce.Refusal(*client.refusal)
            return True

    return SalesforceGrant


def in_words_of_salesforce(cause: BaseException | None) -> OAuth2Error:
    if isinstance(cause, ExpiredTokenError):
        return salesforce.expired()
    if isinstance(cause, ClaimError) and "aud" in cause.claim.split(","):
        return salesforce.wrong_audience()
    return salesforce.wrong_assertion()


class CredentialsGrant(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = (JWTBearerClientAssertion.CLIENT_AUTH_METHOD,)


def client_assertion(organisation: Organisation, urls: list[str]) -> JWTBearerClientAssertion:
    """`private_key_jwt` as at Okta and Entra, in Authlib's own words."""

    class ClientAssertion(JWTBearerClientAssertion):
        def get_audiences(self) -> list[str]:
            return urls

        def resolve_client_public_key(self, client: Client) -> jwk.Key:
            return client.public_key()

        def process_assertion_claims(self, assertion: str, key: jwk.Key) -> dict[str, Any]:
            claims = super().process_assertion_claims(assertion, key)
            header, _ = self.extract_assertion(assertion)
            registered = organisation.clients[claims["sub"]].thumbprint()
            if header.get("x5t#S256", registered) != registered:
                raise InvalidClientError("The header names another certificate.")
            return claims

        def validate_jti(self, claims: dict[str, Any], jti: str) -> bool:
            return organisation.is_first_use(claims, jti)

    return ClientAssertion(leeway=0)


class Server(AuthorizationServer):
    def handle_error_response(self, request: Any, error: OAuth2Error) -> Response:
        if isinstance(error, UnsupportedGrantTypeError):
            error = salesforce.wrong_grant_type()
        return super().handle_error_response(request, error)


def application(configuration: dict[str, Any], own_urls: list[str]) -> Flask:
    """Everything behind the socket."""
    organisation = Organisation(configuration, own_urls)
    app = Flask(__name__)
    # A dropped connection is for the HTTP server to handle, not for an error page.
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.register_blueprint(misbehaviour(organisation.instance_url))

    def save_token(token: dict[str, Any], _request: object) -> None:
        organisation.tokens.add(token["access_token"])
        credential("access_token", token["access_token"])

    server = Server(app, organisation.clients.get, save_token)
    server.register_grant(jwt_bearer_grant(organisation))
    server.register_grant(CredentialsGrant)
    server.register_client_auth_method(
        JWTBearerClientAssertion.CLIENT_AUTH_METHOD,
        client_assertion(organisation, own_urls + [url + path for url in own_urls for path in CREDENTIALS_PATHS]),
    )
    server.register_token_generator(
        JWTBearerGrant.GRANT_TYPE,
        lambda scope, **_: salesforce.token_answer(organisation.instance_url, scope or "api"),
    )

    app.before_request(record_request)
    for path in (salesforce.TOKEN_PATH, *CREDENTIALS_PATHS):
        app.post(path, endpoint=path)(server.create_token_response)

    @app.before_request
    def want_token() -> tuple[Response, int] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        is_open = request.method == "POST" or not request.path.startswith("/services/")
        if is_open or (scheme == "Bearer" and token in organisation.tokens):
            return None
        return jsonify([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]), 401

    @app.get("/services/data/")
    @app.get("/services/data/<path:_rest>")
    def data(_rest: str = "") -> Response:
        return jsonify({"totalSize": 0, "done": True, "records": []})

    @app.get("/services/oauth2/userinfo")
    def user_info() -> Response:
        return jsonify({"preferred_username": next(iter(organisation.clients.values())).users[0]})

    return app


def main() -> None:
    configuration = json.loads(sys.argv[1])
    follow_standard_input()
    if offset := configuration.get("clock_offset"):
        of_machine = time.time
        time.time = lambda: of_machine() + offset

    tls = configuration["tls"]
    scheme = "https" if tls else "http"

    def with_address(port: int) -> Flask:
        return application(configuration, [f"{scheme}://{host}:{port}" for host in ("localhost", "127.0.0.1")])

    serve(with_address, Path(configuration["folder"]), tls)


if __name__ == "__main__":
    main()
