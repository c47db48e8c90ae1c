"""Reads CSV by the rules of RFC 4180 and prints the records as JSON, each an object by the header line.

usage: read_csv.py FILE
"""

import csv
import json
import re
import sys

with open(sys.argv[1], "rb") as file:
    octets = file.read()
if not octets.endswith(b"\r\n") or re.search(rb"(?<!\r)\n|\r(?!\n)", octets):
    sys.exit("a line does not end with CR LF")
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    header, *records = csv.reader(file, strict=True)
if any(len(record) != len(header) for record in records):
    sys.exit("the records differ in length")
print(json.dumps([dict(zip(header, record)) for record in records]))
