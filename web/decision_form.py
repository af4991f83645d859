"""Forms that decide something: in which meeting, and the signal that is behind it, chosen by its text."""

from __future__ import annotations

from flask_babel import lazy_gettext

from web.fields import SentIdField
from web.public_texts import PublicForm
from web.signal_fields import SignalField


class DecidingForm(PublicForm):
    """What is decided stands in the clear: nobody can take a passage out of it later."""

    signal = SignalField(lazy_gettext("The signal behind it"))
    meeting = SentIdField(lazy_gettext("Decided in the meeting"))
