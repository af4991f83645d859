"""Recording a contact and what came of it on one page; correcting one, or striking it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext
from msgspec.structs import asdict
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from application import contacts as operations
from application import several_fields
from application.client_file import ContactShown, Fact
from application.refusals import StoodInError
from domain.catalogue import Source
from domain.client import MakeAppointment
from domain.client.steps import AgreeStep
from domain.refusal import Conflict, Refused, RefusedTogether
from web.asked import asked_id
from web.confirmations import say_instead, way_back
from web.contact_forms import ContactForm, CorrectionForm, StrikeForm, answered_in, begun
from web.context import colleagues, definitions, look, services, today, viewer
from web.field_answers import Answers, FieldAnswer, refuse_parts
from web.freshness import recorded
from web.going import go
from web.next_parts import AgreedNext
from web.permissions import access

page = Blueprint("contact", __name__, url_prefix="/clients/<uuid:client_id>")


@page.route("/contact", methods=["GET", "POST"])
@access(operations.record_contact)
def record(client_id: UUID) -> str | Response | tuple[str, int]:
    if request.method == "GET":
        given = operations.contact_form(services(), look(), client_id, answered_in, asked_id("appointment"))
        return _begin(given)
    form, answers, agreed = ContactForm(), _answers(), AgreedNext.sent()
    if form.go_on.data == "draft" and not (form.too_long or answers.too_long or agreed.too_long):
        operations.keep_draft(services(), look(), client_id, form.kept())
        say_instead(gettext("The draft is saved. You find it on your Today page."))
        return go(url_for("today.today_page"), 303)
    try:
        said, next_one, step = _said(form, answers, agreed, client_id)
        answer = operations.record_contact(
            services(),
            look(),
            form.command(client_id),
            form.once,
            done=form.settled,
            said=said,
            again=answers.again,
            agreed=next_one,
            confirmed=agreed.appointment.letting_through,
            step=step,
        )
    except StoodInError:
        # The last day of the leave passed while it was written: nothing is recorded, and nothing is lost.
        if not (form.too_long or answers.too_long or agreed.too_long):
            operations.keep_draft(services(), look(), client_id, form.kept())
        raise
    except Refused as refused:
        return _again(form, client_id, answers, agreed, refused)
    way_back(
        gettext("Correct or remove"),
        "contact.correct",
        client_id=client_id,
        contact_id=form.contact_id.data or abort(400),
    )
    if form.go_on.data == "next":
        return _to_next(answer.position, client_id)
    return recorded(answer.position, "client.client", client_id=client_id)


def _answers() -> Answers:
    """What was sent of fields beside the contact."""
    return Answers([FieldAnswer(field) for field in definitions().catalogue])


def _said(
    form: ContactForm, answers: Answers, agreed: AgreedNext, client_id: UUID
) -> tuple[list[several_fields.Said], MakeAppointment | None, AgreeStep | None]:
    """What was said beside the contact, the next appointment and a step. Raises RefusedTogether with all that is wrong,
    of the contact, too."""
    right, held_on = form.validate(), form.held_on.data or today()
    said, wrong = answers.read(client_id, held_on, Source.CONVERSATION)
    next_one, step, unread = agreed.read(client_id, form.contact_id.data or abort(400))
    wrong += unread
    if not right or wrong:
        command = form.command(client_id) if right else None
        wrong += operations.contact_refusals(
            services(), look(), client_id, command, said, answers.again, done=form.settled, agreed=next_one, step=step
        )
        raise RefusedTogether(wrong or [("", Refused("Check the fields marked below."))])
    return said, next_one, step


def _begin(given: operations.ContactForm) -> str:
    """The form as it is before anybody sent it: as a draft has it, or as the last contact went."""
    if given.draft is None:
        form = ContactForm(data=_as_the_last(given))
        return _shown(form, given, [FieldAnswer.of_fact(fact) for fact in (*given.ask, *given.plan)])
    kept = MultiDict([(name, text) for name, texts in given.draft.items() if "-" in name for text in texts])
    parts = [_as_drafted(fact, kept) for fact in (*given.ask, *given.plan)]
    begun_form, agreed = ContactForm(data=begun(given.draft)), AgreedNext.drafted(kept)
    return _shown(begun_form, given, parts, kept_at=given.kept_at, agreed=agreed)


def _as_the_last(given: operations.ContactForm) -> dict[str, Any] | None:
    """As the appointment was agreed of which it says what became, or as the last contact went."""
    usual: dict[str, Any] = {"channel": given.channel, "topics": list(given.topics)} if given.channel else {}
    if (its := given.appointment) is not None:
        done = [f"{operations.APPOINTMENT}:{its.appointment_id}"]
        usual |= {"held_on": its.starts_on, "channel": its.channel, "done": done, "minutes_with_client": its.minutes}
    return usual or None


def _as_drafted(fact: Fact, kept: MultiDict[str, str]) -> FieldAnswer:
    drafted = FieldAnswer(fact.field, fact, formdata=kept)
    return drafted if drafted.was_sent else FieldAnswer.of_fact(fact)


def _again(
    form: ContactForm, client_id: UUID, answers: Answers, agreed: AgreedNext, refused: Refused
) -> tuple[str, int]:
    """The form as it was sent, with all that is wrong beside it."""
    sent = frozenset(part.of.key for part in answers.parts)
    given = operations.contact_form(services(), look(), client_id, lambda _: sent)
    parts = [FieldAnswer.of_fact(fact, typed=True) for fact in (*given.ask, *given.plan)]
    conflicts = refuse_parts(form, parts, agreed.refuse(refused), day="held_on")
    return _shown(form, given, parts, conflicts=conflicts, agreed=agreed), 409 if conflicts else 400


def _to_next(position: int, client_id: UUID) -> Response:
    """Straight to the next client whose contact is due."""
    following = operations.next_due(services(), viewer(), but=client_id)
    if following is None:
        return recorded(position, "today.today_page")
    return recorded(position, "contact.record", client_id=following)


@page.post("/contact/draft")
@access(operations.keep_draft)
def keep_draft(client_id: UUID) -> Response:
    """Keep what the form holds while it is being written; sent by the page itself now and then."""
    form = ContactForm()
    form.refuse_too_long()
    _answers().refuse_too_long()
    AgreedNext.sent().refuse_too_long()
    operations.keep_draft(services(), look(), client_id, form.kept())
    return Response(status=204)


@page.post("/contact/draft/forget")
@access(operations.forget_draft)
def forget_draft(client_id: UUID) -> Response:
    operations.forget_draft(services(), look(), client_id)
    return go(url_for("contact.record", client_id=client_id), 303)


@page.route("/contacts/<uuid:contact_id>", methods=["GET", "POST"])
@access(operations.correct_contact)
def correct(client_id: UUID, contact_id: UUID) -> str | Response | tuple[str, int]:
    found = operations.contact_to_correct(services(), look(), client_id, contact_id)
    row = found.contact
    form = CorrectionForm(data=None if request.method == "POST" else asdict(row) | {"shown": row.version})
    if not form.is_submitted():
        return _shown(form, found, contact=row)
    theirs = None
    if form.validate():
        try:
            command = form.correction(client_id, contact_id)
            answer = operations.correct_contact(services(), look(), command, form.once)
            return recorded(answer.position, "client.client", client_id=client_id)
        except Conflict as conflict:
            form.refuse(conflict)
            theirs = row
            form.shown.data = row.version
        except Refused as refused:
            refuse_parts(form, (), refused)
    return (_shown(form, found, contact=row, theirs=theirs), 409 if theirs else 400)


@page.post("/contacts/<uuid:contact_id>/strike-out")
@access(operations.strike_contact)
def strike_out(client_id: UUID, contact_id: UUID) -> Response | tuple[str, int]:
    strike = StrikeForm()
    try:
        answer = operations.strike_contact(services(), look(), strike.command(client_id, contact_id), strike.once)
        return recorded(answer.position, "client.client", client_id=client_id)
    except Refused as refused:
        strike.refuse(refused)
        found = operations.contact_to_correct(services(), look(), client_id, contact_id)
        # What stands there now is what it is judged by, if it is sent again.
        strike.shown.data = found.contact.version
        form = CorrectionForm(formdata=None, data=asdict(found.contact) | {"shown": found.contact.version})
        html = _shown(form, found, contact=found.contact, strike=strike)
        return html, 409 if isinstance(refused, Conflict) else 400


def _shown(
    form: ContactForm,
    of: operations.ContactForm | operations.ContactToCorrect,
    parts: Sequence[FieldAnswer] = (),
    contact: ContactShown | None = None,
    strike: StrikeForm | None = None,
    **more: Any,
) -> str:
    if form.errors and not form.form_errors:
        form.form_errors.append(gettext("Check the fields marked below."))
    plan = {fact.field.key for fact in of.plan} if isinstance(of, operations.ContactForm) else set()
    return render_template(
        "contact.html",
        form=form,
        strike=strike or (StrikeForm(formdata=None, data={"shown": contact.version}) if contact else None),
        client=of.client,
        name=of.name,
        contact=contact,
        todo=of.todo if isinstance(of, operations.ContactForm) else (),
        parts=parts,
        ask=[part for part in parts if part.of.key not in plan],
        plan=[part for part in parts if part.of.key in plan],
        colleagues=colleagues(),
        as_of=today(),
        by_mail=isinstance(of, operations.ContactForm) and of.by_mail,
        **{"theirs": None, "kept_at": None, "conflicts": frozenset(), "agreed": AgreedNext.blank(), **more},
    )
