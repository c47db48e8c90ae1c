"""Token endpoints that misbehave, each in one manner: POST /MANNER/services/oauth2/token, for any request at all.

    slow                 no answer, until the client hangs up; then `{"event": "hung_up", "seconds": N}`
    drip                 an answer of one octet a second
    oversize             a token answer of 100 MB, with its length said before
    oversize-chunked     one that never ends, in chunks
    oversize-unsaid      one that never ends, whose length nothing tells
    gzip, gzip-bomb      a token answer compressed, though nobody asked for that; the bomb is 100 MB when opened
    redirect-STATUS      301, 302, 303, 307 or 308 to `/elsewhere`, where a token waits
    redirect-host        307 to another host name, redirect-http to plain HTTP
    elsewhere            a token, for whoever follows
    html, html-error     a page, with status 200 and 503
    empty, bad-json, not-an-object, no-token, no-instance, twice    answers that say nothing, or one thing two ways
    reset                the connection is cut within the answer
    no-date, bad-date    `expired authorization code` without a `Date` to measure the clock by, and with nonsense in it
    echo                 a refusal that repeats the assertion
    error-…, token-…, instance-…    values that want to do harm, see `hostile_answers`

For a drip and what is oversize, `{"event": "sent", "octets": N}` says how much went out before the client hung up.
"""

from __future__ import annotations

import gzip
import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, repeat
from typing import Any, NoReturn

from flask import Blueprint, Response, request

import salesforce
from journal import credential, record

MEGABYTE = 1 << 20
OVERSIZE = 100 * MEGABYTE
Manner = Callable[[], Response]


class HungUp(ConnectionError):
    """Ends the handling of a connection that has been dealt with."""


def misbehaviour(instance_url: str) -> Blueprint:
    """The routes of all manners, around token answers for `instance_url`."""
    good = salesforce.token_answer(instance_url)
    credential("access_token", good["access_token"])
    manners: dict[str, Manner] = {
        "slow": slow,
        "drip": lambda: body(counted(drip(json.dumps(good))), length=len(json.dumps(good))),
        "oversize": lambda: body(counted(oversize(OVERSIZE)), length=OVERSIZE),
        "oversize-chunked": lambda: body(counted(oversize(None))),
        "oversize-unsaid": oversize_unsaid,
        "gzip": lambda: compressed(json.dumps(good).encode()),
        "gzip-bomb": lambda: compressed(b"".join(oversize(OVERSIZE))),
        "elsewhere": lambda: answer(good),
        "html": lambda: Response("<html><body>Log in</body></html>", content_type="text/html"),
        "html-error": lambda: Response("<html><body>Down</body></html>", 503, content_type="text/html"),
        "empty": lambda: body([], length=0),
        "bad-json": lambda: body([json.dumps(good)[:-1]]),
        "not-an-object": lambda: body([json.dumps([good])]),
        "no-token": lambda: answer(good, access_token=None),
        "no-instance": lambda: answer(good, instance_url=None),
        "twice": lambda: body([json.dumps(good)[:-1] + ', "access_token": "00Dother!AQ"}']),
        "reset": reset,
        "no-date": lambda: expired_with(b""),
        "bad-date": lambda: expired_with(b"Date: yesterday\r\n"),
        "echo": lambda: refusal("invalid_grant", f"invalid assertion: {request.form.get('assertion', '')}"),
        "redirect-host": partial(redirected, 307, "https", "127.0.0.1"),
        "redirect-http": partial(redirected, 307, "http", "localhost"),
    }
    for status in (301, 302, 303, 307, 308):
        manners[f"redirect-{status}"] = partial(redirected, status, "https", "localhost")
    manners |= hostile_answers(good)

    routes = Blueprint("misbehaviour", __name__)
    for manner, view in manners.items():
        # Who follows a redirect may come with GET.
        methods = ["POST", "GET"] if manner == "elsewhere" else ["POST"]
        routes.add_url_rule(f"/{manner}{salesforce.TOKEN_PATH}", manner, view, methods=methods)
    return routes


def hostile_answers(good: dict[str, str]) -> dict[str, Manner]:
    """Values that would do harm where they are pasted, printed or assigned."""
    token, instance_url = good["access_token"], good["instance_url"]
    changes: dict[str, dict[str, Any]] = {
        "token-quotes": {"access_token": f"{token}'\"; echo harm; '"},
        "token-newline": {"access_token": f"{token}\necho harm"},
        "token-command": {"access_token": f"{token}$(echo harm)`echo harm`"},
        "token-escape": {"access_token": f"{token}\x1b]0;harm\x07"},
        "token-not-ascii": {"access_token": f"{token}\u2019"},
        "token-blank": {"access_token": ""},
        "token-number": {"access_token": 1},
        "token-long": {"access_token": token + "A" * MEGABYTE},
        "instance-http": {"instance_url": "http://example.my.salesforce.com"},
        "instance-quotes": {"instance_url": f"{instance_url}/';echo harm;'"},
        "instance-command": {"instance_url": f"{instance_url}/$(echo harm)"},
        "instance-newline": {"instance_url": f"{instance_url}\r\nX-Harm: yes"},
        "instance-escape": {"instance_url": f"{instance_url}\x1b[2J"},
        "instance-user": {"instance_url": instance_url.replace("https://", "https://login.salesforce.com@")},
        "instance-script": {"instance_url": "javascript:harm()"},
        "instance-option": {"instance_url": "--config=harm"},
        "instance-number": {"instance_url": 1},
    }
    descriptions = {
        "error-escape": "\x1b[2J\x1b]0;harm\x07invalid assertion\r\nerror: harm",
        "error-bidi": "invalid \u202enoitressa\u2066 \u200bassertion",
        "error-long": "invalid assertion " * 10_000,
        "error-number": 1,
        "error-null": None,
    }
    return {
        **{name: partial(answer, good, **change) for name, change in changes.items()},
        **{name: partial(refusal, "invalid_grant", text) for name, text in descriptions.items()},
        "error-name": lambda: refusal("\x1b[31minvalid_grant\nhint: run harm", "invalid assertion"),
    }


def body(parts: Any, status: int = 200, length: int | None = None) -> Response:
    answered = Response(parts, status, content_type="application/json;charset=UTF-8")
    if length is not None:
        answered.content_length = length
    return answered


def answer(good: dict[str, Any], **changes: Any) -> Response:
    """The good answer with changes; what becomes `None` is left out."""
    return body([json.dumps({name: value for name, value in (good | changes).items() if value is not None})])


def refusal(error: str, description: Any) -> Response:
    return body([json.dumps({"error": error, "error_description": description})], 400)


def compressed(octets: bytes) -> Response:
    answered = body([gzip.compress(octets)])
    answered.headers["Content-Encoding"] = "gzip"
    return answered


def redirected(status: int, scheme: str, host: str) -> Response:
    target = f"{scheme}://{host}:{request.environ['SERVER_PORT']}/elsewhere{salesforce.TOKEN_PATH}"
    return Response(status=status, headers={"Location": target})


def drip(text: str) -> Iterator[bytes]:
    for octet in text.encode():
        yield bytes([octet])
        time.sleep(1)


def oversize(total: int | None) -> Iterator[bytes]:
    """A JSON object whose token has no end, or ends where `total` octets, some megabytes, are full."""
    begin, end = b'{"access_token":"', b'"}'
    filler, last = b"A" * MEGABYTE, b"A" * (MEGABYTE - len(begin) - len(end))
    return chain([begin], repeat(filler) if total is None else [filler] * (total // MEGABYTE - 1) + [last], [end])


def counted(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The parts, and in the end a note of how much was taken."""
    sent = 0
    try:
        for part in parts:
            yield part
            sent += len(part)
    finally:
        record(event="sent", octets=sent)


def connection() -> socket.socket:
    """What the answer would go out by, after the whole request was read."""
    request.get_data()
    return request.environ["werkzeug.socket"]


def slow() -> NoReturn:
    begin, client = time.monotonic(), connection()
    try:
        while client.recv(4096):
            pass
    except OSError:
        pass
    record(event="hung_up", seconds=round(time.monotonic() - begin, 3))
    raise HungUp


def oversize_unsaid() -> NoReturn:
    client = connection()
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")
    try:
        for part in counted(oversize(None)):
            client.sendall(part)
    except OSError:
        pass
    raise HungUp


def expired_with(date: bytes) -> NoReturn:
    refused = salesforce.expired()
    text = json.dumps(dict(refused.get_body())).encode()
    connection().sendall(
        b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n"
        + date
        + b"Content-Length: %d\r\n\r\n" % len(text)
        + text
    )
    raise HungUp


def reset() -> NoReturn:
    client = connection()
    client.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"access')
    # No lingering: the other side gets RST where TLS and TCP would have said goodbye.
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    socket.close(client.detach())
    raise HungUp
