"""What a server of these tests saw, one JSON object a line on standard output, and how it ends."""

from __future__ import annotations

import json
import os
import sys
import threading

_one_at_a_time = threading.Lock()


def record(**facts: object) -> None:
    """Prints one line, whole, whatever other threads print."""
    with _one_at_a_time:
        print(json.dumps(facts), flush=True)


def credential(name: str, value: str) -> None:
    """Tells the test what no run of the client may show. Only the test reads this journal."""
    record(event="credential", name=name, value=value)


def follow_standard_input() -> None:
    """Answers each line with the event `mark`, behind all that happened before it.

    Ends this process when standard input closes, so that a test that was killed leaves no server behind.
    """

    def follow() -> None:
        for _ in sys.stdin.buffer:
            record(event="mark")
        os._exit(0)

    threading.Thread(target=follow, daemon=True).start()
