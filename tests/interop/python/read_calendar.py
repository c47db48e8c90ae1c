"""Reads a calendar with icalendar and prints its events as JSON.

usage: read_calendar.py FILE
"""

import json
import sys

import icalendar

with open(sys.argv[1], "rb") as file:
    calendar = icalendar.Calendar.from_ical(file.read())
for component in calendar.walk():
    if component.errors:
        sys.exit(f"{component.name}: {component.errors}")
    known = {"VCALENDAR", "VEVENT", "VALARM"}
    if component.name not in known:
        sys.exit(f"{component.name} is no component that was to be here")
events = [
    {
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "start": event.start.isoformat(),
        "days": (event.end - event.start).days,
        "summary": str(event["SUMMARY"]),
        "description": str(event["DESCRIPTION"]),
        "properties": sorted(event.keys()),
        "alarms": [alarm["TRIGGER"].dt.total_seconds() / 86400 for alarm in event.walk("VALARM")],
    }
    for event in calendar.walk("VEVENT")
]
print(json.dumps(events))
