"""Histories as files that programs for process mining read: OCEL 2.0 (JSON) and XES."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from io import StringIO
from pathlib import Path
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from application.histories import Histories
from database import private

CLIENT = "client"


def ocel(found: Histories) -> str:
    """As OCEL 2.0: a client is an object, and each step an event of it."""
    objects, events = [], []
    for history in found.histories:
        track = {"name": "track", "time": _midnight(history.steps[0][1]), "value": history.track}
        objects.append({"id": history.pseudonym, "type": CLIENT, "attributes": [track]})
        for nth, (step, day) in enumerate(history.steps, start=1):
            events.append(
                {
                    "id": f"{history.pseudonym}-{nth}",
                    "type": step,
                    "time": _midnight(day),
                    "attributes": [{"name": "place", "value": nth}],
                    "relationships": [{"objectId": history.pseudonym, "qualifier": CLIENT}],
                }
            )
    steps = sorted({step for history in found.histories for step, _day in history.steps})
    place = {"name": "place", "type": "integer"}
    log = {
        "about": found.about,
        "objectTypes": [{"name": CLIENT, "attributes": [{"name": "track", "type": "string"}]}],
        "eventTypes": [{"name": step, "attributes": [place]} for step in steps],
        "objects": objects,
        "events": events,
    }
    return json.dumps(log, indent=1)


def xes(found: Histories) -> str:
    """As XES: a client is a trace, and each step an event of it."""
    written = StringIO()
    xml = XMLGenerator(written, encoding="utf-8", short_empty_elements=True)
    xml.startDocument()
    xml.startElement("log", AttributesImpl({"xes.version": "1849-2016", "xes.features": ""}))
    for name, prefix in (("Concept", "concept"), ("Time", "time")):
        uri = f"http://www.xes-standard.org/{prefix}.xesext"
        _empty(xml, "extension", {"name": name, "prefix": prefix, "uri": uri})
    for scope, attributes in (("trace", [("string", "concept:name")]), ("event", _OF_EVENT)):
        xml.startElement("global", AttributesImpl({"scope": scope}))
        for kind, key in attributes:
            _attribute(xml, kind, key, "__INVALID__" if kind == "string" else _midnight(date(1970, 1, 1)))
        xml.endElement("global")
    _empty(xml, "classifier", {"name": "Step", "keys": "concept:name"})
    _attribute(xml, "string", "description", found.about)
    for history in found.histories:
        xml.startElement("trace", AttributesImpl({}))
        _attribute(xml, "string", "concept:name", history.pseudonym)
        _attribute(xml, "string", "track", history.track)
        for step, day in history.steps:
            xml.startElement("event", AttributesImpl({}))
            _attribute(xml, "string", "concept:name", step)
            _attribute(xml, "date", "time:timestamp", _midnight(day))
            xml.endElement("event")
        xml.endElement("trace")
    xml.endElement("log")
    xml.endDocument()
    return written.getvalue()


_OF_EVENT = [("string", "concept:name"), ("date", "time:timestamp")]
FORMATS: Mapping[str, Callable[[Histories], str]] = {"ocel": ocel, "xes": xes}


def write(file: Path, kind: str, found: Histories) -> None:
    """Write a file that is not there yet, for nobody else to read. Raises FileExistsError where it is."""
    private.write_new(file, FORMATS[kind](found).encode())


def _midnight(day: date) -> str:
    """A day as these formats want it, which know times alone."""
    return f"{day.isoformat()}T00:00:00+00:00"


def _empty(xml: XMLGenerator, name: str, attributes: Mapping[str, str]) -> None:
    xml.startElement(name, AttributesImpl(dict(attributes)))
    xml.endElement(name)


def _attribute(xml: XMLGenerator, kind: str, key: str, value: str) -> None:
    _empty(xml, kind, {"key": key, "value": value})
