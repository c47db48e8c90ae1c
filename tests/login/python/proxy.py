"""An HTTP proxy on loopback that knows CONNECT only: CONFIGURATION.

CONFIGURATION is JSON text:

    routes       {"login.salesforce.com:443": PORT, ...}: which port of loopback stands for a target
    credentials  "user:password", demanded as Basic Proxy-Authorization; absent or null demands nothing
    refusal      a status, such as 502, with which every CONNECT is refused

Loopback itself may be asked for by its names. Any other target is refused with 403, so no test leaves the machine.

Standard output has one JSON object a line: `{"event": "ready", "port": N}`, then for each request its method, target,
the scheme of its Proxy-Authorization, and the status that it got. Each line of standard input is answered with the
event `mark`; when standard input closes, the proxy ends.
"""

from __future__ import annotations

import base64
import json
import select
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from journal import follow_standard_input, record

LOOPBACK = ("localhost", "127.0.0.1")


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    configuration: dict

    def do_CONNECT(self) -> None:
        refusal, server = self.judge()
        self.note(refusal or 200)
        if refusal or not server:
            self.refuse(refusal)
            return
        self.send_response(200, "Connection established")
        self.end_headers()
        with server:
            relay(self.connection, server)
        self.close_connection = True

    def do_GET(self) -> None:
        """A request in the clear, which would show its credentials to the proxy."""
        self.note(405)
        self.refuse(405)

    do_POST = do_GET

    def judge(self) -> tuple[int, socket.socket | None]:
        """The status of a refusal, or the connection that was asked for."""
        if credentials := self.configuration.get("credentials"):
            wanted = "Basic " + base64.b64encode(credentials.encode()).decode()
            if self.headers.get("Proxy-Authorization") != wanted:
                return 407, None
        if refusal := self.configuration.get("refusal"):
            return refusal, None
        host, _, port = self.path.rpartition(":")
        routed = self.configuration.get("routes", {}).get(self.path) or (host in LOOPBACK and port)
        if not routed:
            return 403, None
        try:
            return 0, socket.create_connection(("127.0.0.1", routed))
        except OSError:
            return 502, None

    def note(self, status: int) -> None:
        scheme = self.headers.get("Proxy-Authorization", "").partition(" ")[0]
        record(event="request", method=self.command, target=self.path, authorization=scheme or None, status=status)

    def refuse(self, status: int) -> None:
        self.send_response(status)
        if status == 407:
            self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """The journal has it."""


def relay(one: socket.socket, other: socket.socket) -> None:
    """Carries octets both ways until one side has ended."""
    facing = {one: other, other: one}
    while True:
        for ready in select.select(list(facing), [], [])[0]:
            try:
                octets = ready.recv(65536)
                facing[ready].sendall(octets)
            except OSError:
                return
            if not octets:
                return


def main() -> None:
    Proxy.configuration = json.loads(sys.argv[1])
    follow_standard_input()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    record(event="ready", port=server.server_port)
    server.serve_forever()


if __name__ == "__main__":
    main()
