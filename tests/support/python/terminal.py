"""Runs a program on a pseudo-terminal and types what it waits for: STEPS PROGRAM ARGUMENT...

STEPS is a JSON list of pairs: text to wait for, and keys to press then. Prints one JSON object: the exit code, or null
after a signal, and everything that the terminal showed. It is COLUMNS wide, or 80.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

SECONDS = 60


def main():
    steps, program, arguments = json.loads(sys.argv[1]), sys.argv[2], sys.argv[2:]
    child, terminal = pty.fork()
    if child == 0:
        size = struct.pack("HHHH", 24, int(os.environ.get("COLUMNS", "80")), 0, 0)
        fcntl.ioctl(0, termios.TIOCSWINSZ, size)
        os.execv(program, arguments)
    shown, seen, end = b"", 0, time.monotonic() + SECONDS
    for text, keys in steps:
        wanted = text.encode()
        while (at := shown.find(wanted, seen)) < 0:
            octets = read(terminal, end)
            if not octets:
                sys.exit(f"the program ended or hung before it showed {text!r}: {shown!r}")
            shown += octets
        seen = at + len(wanted)
        # The question is shown before the echo is taken away; nobody types that fast.
        time.sleep(0.3)
        os.write(terminal, keys.encode())
    while octets := read(terminal, end):
        shown += octets
    _, status = os.waitpid(child, 0)
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
    print(json.dumps({"code": code, "screen": shown.decode(errors="replace")}))


def read(terminal, end):
    ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
    try:
        return os.read(terminal, 65536) if ready else b""
    except OSError:
        # Linux reports the end of a pseudo-terminal as a fault.
        return b""


main()
