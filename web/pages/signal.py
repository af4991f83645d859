"""One signal: its whole history, what is said about it, and the steps that the viewer can take."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response

from application import rights
from database.rows import Row
from domain.calendar import local_day
from domain.refusal import Refused
from eventlog.events import Event
from feedback import board as model
from feedback import clocks
from feedback.signal import (
    ENDED,
    TRANSITIONS,
    Acting,
    AddNote,
    AssignSignal,
    ClassifySignal,
    CommentOnSignal,
    FollowSignal,
    Help,
    HelpJudged,
    JudgeHelp,
    Kind,
    MoveSignal,
    NoteAdded,
    RedactPassage,
    Signal,
    SignalCommand,
    SupportSignal,
    asked_until,
    open_transitions,
    texts_of,
)
from projections import definitions as revised
from records import heard, people, replies
from web.context import as_uuid, colleagues, command_id, definitions, moment, services, today, viewer
from web.forms import blank_to_none, day_of, sentence
from web.freshness import recorded
from web.handing import one_who_triages, signal_at, team_or_city
from web.language import language
from web.legend import definition_of
from web.pages.signals import chosen_rows, opened
from web.permissions import access
from web.persons import pointing_at_persons, typed

page = Blueprint("signal", __name__, url_prefix="/signals")

_TEXTS = ("reason", "text", "note", "why", "words")
_MENTION = re.compile(r"(?<![\w@.])@([\w.-]+\w)")


@page.route("/<uuid:signal_id>", methods=["GET", "POST"])
@access(rights.LOG_SIGNALS)
def one(signal_id: UUID) -> str | Response | tuple[str, int]:
    errors: dict[str, str] = {}
    named: list[str] = []
    if request.method == "POST":
        named = pointing_at_persons(_TEXTS)
        try:
            if not named:
                answer = services().desk.handle(_command(signal_id), moment(), command_id())
                return recorded(answer.position, "signal.one", signal_id=signal_id)
        except Refused as refused:
            errors[refused.field or "form"] = sentence(refused)
    state = services().signals.state(signal_id) or abort(404)
    acting = services().desk.acting(state, viewer())
    with services().database.read() as connection:
        row = model.signal(connection, signal_id) or abort(404)
        duplicates = chosen_rows(connection, model.duplicates_of(connection, signal_id))
        original = chosen_rows(connection, [row["duplicate_of"]] if row["duplicate_of"] else [])
        subject = definition_of(row)
        revisions = revised.revisions(connection, subject) if subject else []
        standard = replies.fitting(connection, row["kind"]) if viewer().triages_signals else []
        teams, accounts = people.all_teams(connection), people.all_accounts(connection)
    shown = opened([row])[0]
    # The first to look at what was just logged without a name is most likely its reporter: not noted.
    if not (state.nameless and row["version"] == 1):
        with services().database.write() as connection:
            heard.note(connection, viewer().account_id, {signal_id: row["version"]})
    may_redact = viewer().triages_signals or acting.is_reporter
    history = _history(signal_id, nameless=state.nameless)
    html = render_template(
        "signal.html", signal=shown, state=state, mine=acting.is_reporter, reopen=_reopen(row),
        steps=open_transitions(state, acting), alike=_alike(shown), history=history,
        offers_reopening=_offers_reopening(acting, state, history),
        duplicates=list(duplicates.values()), original=next(iter(original.values()), None), replies=standard,
        teams=teams, team_names={t.team_id: t.name for t in teams}, names=colleagues(), people=_improvers(accounts),
        errors=errors, posted=request.form, asks_help=_asks_help(row, state, acting), helps=list(Help),
        follows=viewer().account_id in state.followers, supports=viewer().account_id in state.supporters,
        may_redact=may_redact, named=named, kinds=list(Kind), ended=state.state in ENDED,
        versions=(
            revised.number_on(revisions, local_day(row["logged_at"]), row["logged_at"]),
            revised.number_on(revisions, today()),
        ),
    )  # fmt: skip
    return (html, 400) if errors or named else html


def _improvers(accounts: list[people.Account]) -> list[people.Account]:
    return sorted((a for a in accounts if a.active and a.viewer.triages_signals), key=lambda a: a.full_name)


def _asks_help(row: Row, signal: Signal, acting: Acting) -> bool:
    """Whether the viewer is asked if it helped, and has time left to say so."""
    if row["delivered_on"] is None or row["state"] not in ("delivered", "confirmed"):
        return False
    hears = acting.is_reporter or viewer().account_id in signal.hearers
    answered = signal.reporter_helped if acting.is_reporter else viewer().account_id in signal.helped
    return hears and not answered and today() <= asked_until(row["delivered_on"])


def _offers_reopening(acting: Acting, signal: Signal, history: list[dict[str, Any]]) -> str | None:
    """What the reporter said when it did not help, which is offered as the reason to reopen; None where it did."""
    if not (acting.is_reporter and signal.reporter_helped and TRANSITIONS["reopen"].open_to(acting, signal)):
        return None
    judged = [told for told in history if isinstance(told["said"], HelpJudged) and told["said"].by_reporter][-1]
    return " ".join(judged["words"]) if judged["said"].help is Help.NO else None


def _alike(row: Row) -> list[Row]:
    """Open signals like this one, for those who may mark it as a duplicate."""
    if not viewer().triages_signals or row["state"] not in ("logged", "triaged", "in_discussion", "reopened"):
        return []
    with services().database.read() as connection:
        return opened(model.similar(connection, row["seen"] or "", but=row["signal_id"]))


def _history(signal_id: UUID, *, nameless: bool) -> list[dict[str, Any]]:
    """Every event, the first one first: what, when, by whom, with its words; notes for those who triage alone."""
    events = services().log.stream(signal_id)
    texts = texts_of(events, services().log.opener([signal_id]).stream(signal_id))
    told = []
    for event in events:
        if isinstance(event, NoteAdded) and not viewer().triages_signals:
            continue
        told.append(
            {
                "event": type(event).__name__,
                "at": event.recorded_at if event.actor or not nameless else None,
                "on": local_day(event.recorded_at),
                "actor": event.actor,
                "words": [texts[where] for where in _places(event) if where in texts],
                "said": event,
            }
        )
    return told


def _places(event: Event) -> list[str]:
    names = ("reason", "text", "words") if event.originator_version > 1 else ()
    return [f"{event.originator_version}.{name}" for name in names]


def _command(signal_id: UUID) -> SignalCommand:
    what = request.form.get("step", "")
    if what in TRANSITIONS:
        return _move(signal_id, what)
    if what not in _COMMANDS:
        abort(400)
    return _COMMANDS[what](signal_id)


def _move(signal_id: UUID, step: str) -> MoveSignal:
    original = signal_at(request.form.get("of") or request.form.get("of_address"))
    return MoveSignal(
        signal_id=signal_id, viewer=viewer(), transition=step, reason=_reason(signal_id), of=original,
        on=day_of(request.form.get("on"), "on"),
    )  # fmt: skip


def _reason(signal_id: UUID) -> str | None:
    """What was typed, after the standard reply that was chosen, in the reporter's language."""
    said = blank_to_none(typed("reason"))
    reply_id = as_uuid(request.form.get("reply"))
    if reply_id is None:
        return said
    signal = services().signals.state(signal_id)
    with services().database.read() as connection:
        reply = replies.reply(connection, reply_id)
        reporter = people.account(connection, signal.reporter) if signal and signal.reporter else None
    if reply is None:
        raise Refused("This standard reply is gone. Choose another one.", field="reason")
    text = reply.in_((reporter and reporter.language) or language())
    return f"{text}\n\n{said}" if said else text


def _mentions(text: str, *, triagers: bool) -> tuple[UUID, ...]:
    """The colleagues whom a text names as @username or @Full.Name; in a note only those who may read it.

    Raises:
        Refused: nobody is called so, or may read it.
    """
    wanted = {name.casefold(): name for name in _MENTION.findall(text)}
    if not wanted:
        return ()
    with services().database.read() as connection:
        accounts = [a for a in people.all_accounts(connection) if a.active]
    readers = [a for a in accounts if (a.viewer.triages_signals if triagers else a.viewer.logs_signals)]
    called = {name: a.account_id for a in readers for name in (a.username.casefold(), _with_dots(a.full_name))}
    unknown = [f"@{name}" for key, name in wanted.items() if key not in called]
    if unknown:
        raise Refused(
            "No colleague who reads this is called %(names)s. Write @username, or @First.Last with dots for spaces.",
            field="note" if triagers else "text", names=", ".join(unknown),
        )  # fmt: skip
    return tuple(dict.fromkeys(called[key] for key in wanted))


def _with_dots(full_name: str) -> str:
    return ".".join(full_name.split()).casefold()


def _comment(signal_id: UUID) -> SignalCommand:
    text = typed("text")
    return CommentOnSignal(
        signal_id=signal_id, viewer=viewer(), text=text, mentions=_mentions(text, triagers=False)
    )  # fmt: skip


def _note(signal_id: UUID) -> SignalCommand:
    text = typed("note")
    return AddNote(signal_id=signal_id, viewer=viewer(), text=text, mentions=_mentions(text, triagers=True))


def _assign(signal_id: UUID) -> SignalCommand:
    with services().database.read() as connection:
        team = team_or_city(connection, request.form.get("team", ""))
        person = one_who_triages(connection, request.form.get("person"))
    return AssignSignal(
        signal_id=signal_id, viewer=viewer(), team=team, person=person, reason=blank_to_none(typed("why")),
    )  # fmt: skip


def _classify(signal_id: UUID) -> SignalCommand:
    kind, field = request.form.get("kind"), request.form.get("field") or None
    if kind not in set(Kind):
        raise Refused("Choose one of these.", field="kind")
    if field and field not in definitions().catalogue:
        raise Refused("Choose one of these.", field="field")
    with services().database.read() as connection:
        within = clocks.within(connection)
    return ClassifySignal(
        signal_id=signal_id, viewer=viewer(), kind=Kind(kind), field=field, within=within[Kind(kind)]
    )  # fmt: skip


def _help(signal_id: UUID) -> SignalCommand:
    if request.form.get("help") not in set(Help):
        raise Refused("Choose one of these.", field="help")
    return JudgeHelp(
        signal_id=signal_id, viewer=viewer(), help=Help(request.form["help"]),
        words=blank_to_none(typed("words")),
    )  # fmt: skip


def _plain(command: type[SupportSignal | FollowSignal], *, back: bool) -> Callable[[UUID], SignalCommand]:
    return lambda signal_id: command(signal_id=signal_id, viewer=viewer(), back=back)


def _redact(signal_id: UUID) -> SignalCommand:
    return RedactPassage(
        signal_id=signal_id, viewer=viewer(), passage=request.form.get("passage", ""), texts={}
    )  # fmt: skip


_COMMANDS: dict[str, Callable[[UUID], SignalCommand]] = {
    "support": _plain(SupportSignal, back=False),
    "no_support": _plain(SupportSignal, back=True),
    "follow": _plain(FollowSignal, back=False),
    "unfollow": _plain(FollowSignal, back=True),
    "comment": _comment,
    "note": _note,
    "assign": _assign,
    "classify": _classify,
    "judge": _help,
    "redact": _redact,
}


def _reopen(row: Row) -> str | None:
    """The page as the reporter had it, where its address needs no person's id; who may see it is asked there."""
    chosen: dict[str, Any] = MultiDict(parse_qsl(row["filter"] or "")).to_dict(flat=False)
    try:
        return url_for(row["page"], **{name: v if len(v) > 1 else v[0] for name, v in chosen.items()})
    except BuildError:
        return None
