"""An HTTPS server on loopback whose requests are recorded, and whose TLS may be as old as a test wants it."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, request
from werkzeug.serving import WSGIRequestHandler, make_server

import certificates
from journal import credential, record


def serve(application: Callable[[int], Flask], folder: Path, tls: dict[str, Any] | None) -> None:
    """Serves the application for the port that the system chose, until the process ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    http = make_server(
        "127.0.0.1", port, application(port), threaded=True, request_handler=Handler, fd=listener.fileno()
    )
    if tls:
        http.ssl_context = tls_context(*certificates.make(folder, tls["certificate"]), old=tls.get("old", False))
        http.socket = http.ssl_context.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
    record(event="ready", port=port)
    http.serve_forever()


class Connection(ssl.SSLSocket):
    """A connection that knows by which name the client asked for the server."""

    server_name: str | None = None


class Handler(WSGIRequestHandler):
    """One connection, whose TLS handshake is done here, where it can neither stop the others nor fail unseen."""

    def handle(self) -> None:
        if isinstance(self.connection, Connection):
            try:
                self.connection.do_handshake()
            except OSError as fault:
                record(event="handshake_failed", reason=str(fault))
                return
        super().handle()

    def log(self, *_: object) -> None:
        """The journal has it."""


def tls_context(chain: Path, key: Path, *, old: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    context.sslsocket_class = Connection
    context.sni_callback = lambda connection, name, _: setattr(connection, "server_name", name)
    if old:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        # TLS before 1.2 signs with SHA-1, which OpenSSL 3 does only at this level.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


def record_request() -> None:
    """Notes what was asked, and each credential for itself."""
    form = request.form.to_dict()
    tokens = {name: form.pop(name) for name in ("assertion", "client_assertion") if name in form}
    for name, token in tokens.items():
        credential(name, token)
    headers = {name.lower(): value for name, value in request.headers.items()}
    if "authorization" in headers:
        headers["authorization"] = headers["authorization"].partition(" ")[0]
    connection = request.environ["werkzeug.socket"]
    encrypted = isinstance(connection, Connection)
    record(
        event="request",
        method=request.method,
        path=request.path,
        query=list(request.args),
        headers=headers,
        form=form,
        assertions={name: opened(token) for name, token in tokens.items()},
        tls={"version": connection.version(), "server_name": connection.server_name} if encrypted else None,
    )


def opened(token: str) -> dict[str, Any] | None:
    """Header and claims of a token, unverified, without the signature that makes it a credential."""
    try:
        header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
        return {"header": header, "claims": claims}
    except ValueError:
        return None
