"""How long a thing that is sent may be: judged before anybody reads it, by what kind of field it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms import DateField, IntegerField, PasswordField, RadioField, SelectField, SelectMultipleField
from wtforms.widgets import HiddenInput, TextArea

from web.language import filled_in

LINE, TEXT = 200, 4000
# What a form carries along hidden: how a page was chosen, or a signed selection.
HIDDEN = 20_000
PASSWORD = 1000
# A day, a number, a code, or an id with the address it stands in.
SHORT, NUMBER, CODE = 40, 12, 100
# How often one name may be sent: all clients of a caseload, and more.
TIMES = 1000
# An address as a whole is limited by the server; one part of it here.
ADDRESS, ADDRESS_PART, ADDRESS_PARTS = 12_000, 4000, 300
# A form without its files: the longest has some twenty texts.
FORM, FORM_PARTS = 250_000, 5000

_BY_KIND: tuple[tuple[type, int], ...] = (
    (PasswordField, PASSWORD),
    (DateField, SHORT),
    (IntegerField, NUMBER),
    (RadioField, CODE),
    (SelectField, CODE),
    (SelectMultipleField, CODE),
)


def most(field: Any) -> int:
    """The characters that a field takes: what it says itself, or what is usual for its kind."""
    own = getattr(field, "most", None) or (field.render_kw or {}).get("maxlength")
    if own is not None:
        return int(own)
    for kind, usual in _BY_KIND:
        if isinstance(field, kind):
            return usual
    if isinstance(field.widget, TextArea):
        return TEXT
    return HIDDEN if isinstance(field.widget, HiddenInput) else LINE


def takes_several(field: Any) -> bool:
    """Whether all is read that is sent under the field's name; of the others the first would be, and the rest lost."""
    return isinstance(field, SelectMultipleField) or getattr(field, "several", False)


def within(sent: MultiDict[str, str], fields: Mapping[str, Any]) -> tuple[MultiDict[str, str], dict[str, str]]:
    """What was sent, blank where it is too long or several in place of one; and by name what to say about that."""
    wrong: dict[str, str] = {}
    for name, texts in sent.lists():
        allowed = most(fields[name]) if name in fields else TEXT
        longest = max(map(len, texts), default=0)
        if longest > allowed:
            text = gettext("This is too long: %(length)d characters, at most %(longest)d.")
            wrong[name] = filled_in(text, {"length": longest, "longest": allowed})
        elif name in fields and not takes_several(fields[name]) and len(set(texts)) > 1:
            text = gettext("Only one value is allowed here, and %(number)d were sent. Enter one.")
            wrong[name] = filled_in(text, {"number": len(texts)})
        elif len(texts) > TIMES:
            text = gettext("This is too many: %(number)d. The limit is %(most)d.")
            wrong[name] = filled_in(text, {"number": len(texts), "most": TIMES})
    if not wrong:
        return sent, wrong
    return MultiDict((name, "" if name in wrong else text) for name, text in sent.items(multi=True)), wrong
