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


def end_with_standard_input() -> None:
    """Ends this process when standard input closes, so that a test that was killed leaves no server behind."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
