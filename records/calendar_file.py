"""The file that puts an appointment into a client's calendar (RFC 5545), and later moves it there or takes it out.

Calendars are shared, at home and at work: so the file says that there is an appointment with the department and when,
and at whose office; neither what it is about, nor with whom, nor anything that leads to a file. The place stands in it
only where it is the department's own: somebody's home, or where a coach goes along, is for the letter alone. It is
published and asks for no answer (RFC 5546), which nobody here would read.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from domain.calendar import AMSTERDAM
from records.appointment_letters import Told, texts_in

NAME = "appointment.ics"
_OFFICE = "office"


def calendar_file(
    appointment_id: UUID, told: Told, *, language: str, sender: str, now: datetime, cancelled: bool = False
) -> bytes:
    """The appointment as it is now, or that it was cancelled. `sender` is the department's address.

    Its id is made of the appointment's, which can't be told from it; by it and the number of changes a calendar knows
    what to put in whose place.
    """
    # Takes half a second to import, which every command and every page would pay.
    from icalendar import Calendar, Event, vCalAddress

    texts = texts_in(language)
    calendar = Calendar()
    calendar.add("prodid", "-//Werkpad//Werkpad//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    event = Event()
    event.add("uid", f"{uuid5(appointment_id, NAME)}@{sender.rpartition('@')[2]}")
    event.add("sequence", told.changes)
    event.add("dtstamp", now)
    event.add("dtstart", told.starts_at.astimezone(AMSTERDAM))
    event.add("dtend", (told.starts_at + timedelta(minutes=told.minutes)).astimezone(AMSTERDAM))
    event.add("summary", texts["subject"])
    organizer = vCalAddress(f"mailto:{sender}")
    organizer.params["CN"] = texts["end"]
    event.add("organizer", organizer)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if told.place and told.channel == _OFFICE:
        event.add("location", told.place)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    made: bytes = calendar.to_ical()
    return made
