"""A town at work: something on every page, for those who look at all of them."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import UUID, uuid4

from application import take_overs
from application.looks import Look
from application.take_overs import TakeOverWish
from domain.calendar import Week
from domain.client import (
    Channel,
    Delivery,
    InviteClient,
    MakeAppointment,
    PlanTask,
    ProposeOffer,
    ProposeTransfer,
    TaskKind,
)
from domain.client.exemptions import DraftExemption
from domain.client.helpers import AddHelper, HelperRole, KnownHelper
from domain.client.steps import AgreeStep, StepKind, StepOwner
from domain.conversation import PlanConversation
from domain.definition import ReviseDefinition
from domain.in_force import declared, parameters_of, texts_of
from domain.matching import parse_requirement
from domain.offer import OfferKind, OpenOffer
from domain.workshop_session import PlanSession, TakePlace
from eventlog.commands import CommandContext
from feedback.meeting import ConfirmDecisions, Decided, Decision, PlanMeeting, RecordDecisions
from feedback.norm import SetNorm
from feedback.signal import CommentOnSignal, Kind, LogSignal, MoveSignal, SignalCommand
from projections import weekly_figures, what_if
from records import replies, routing
from tests.web.conftest import Town


def busy(town: Town, client_id: UUID) -> tuple[UUID, UUID, UUID]:
    """Something on every page: an offer proposed, a conversation planned, tasks, a transfer, figures of weeks."""
    services, coach, manager = town.services, town.accounts["coach"], town.accounts["manager"]
    offer_id, proposal_id, conversation_id = uuid4(), uuid4(), uuid4()
    context = CommandContext(services.clock(), coach.account_id)
    asked = [parse_requirement("driving_licence includes B"), parse_requirement("hours_available at_least 24")]
    services.offers.handle(
        OpenOffer(offer_id=offer_id, kind=OfferKind.VACANCY, title="Driver", requirements=asked), context, uuid4()
    )
    assert coach.team_id is not None
    for command in (
        PlanTask(client_id=client_id, task_id=uuid4(), what="call", due_on=services.today, kind=TaskKind.CALL_BACK),
        ProposeOffer(
            client_id=client_id,
            proposal_id=proposal_id,
            offer_id=offer_id,
            offer_kind=OfferKind.VACANCY,
            delivery=Delivery.LETTER,
        ),
        ProposeTransfer(
            client_id=client_id, team=coach.team_id, coach=town.accounts["colleague"].account_id, reason="too many"
        ),
    ):
        services.clients.handle(command, context, uuid4())
    appointment_of(town, client_id, days=1)
    step_of(town, client_id)
    plan = PlanConversation(
        conversation_id=conversation_id,
        coach=coach.account_id,
        team=coach.team_id,
        held_on=services.today,
        figures={"open": 1},
    )
    services.conversations.handle(plan, CommandContext(services.clock(), manager.account_id), uuid4())
    services.engine.catch_up()
    weekly_figures.build(services.engine, Week.of(services.today).next)
    return offer_id, proposal_id, conversation_id


def voices(town: Town) -> tuple[UUID, UUID, UUID, UUID, UUID]:
    """Signals in several states; meetings held, ahead and to be confirmed; a norm, a reply, a definition revised."""
    services, me, process = town.services, town.accounts["improver"], town.accounts["process"]
    now = services.clock()
    ids = [uuid4() for _ in range(3)]
    held, ahead, waiting = uuid4(), uuid4(), uuid4()

    def do(command: SignalCommand) -> None:
        services.signal_handler.handle(command, CommandContext(now, command.viewer.account_id), uuid4())

    for nth, signal_id in enumerate(ids):
        reporter = town.accounts["coach"]
        log = LogSignal(
            signal_id=signal_id,
            viewer=reporter.viewer,
            kind=Kind.DEFINITION,
            page="caseload.caseload",
            field="driving_licence",
            seen=f"Mopeds are not counted {nth}",
        )
        services.signals.handle(log, CommandContext(now, reporter.account_id), uuid4())
        do(MoveSignal(signal_id=signal_id, viewer=me.viewer, transition="triage"))
    do(CommentOnSignal(signal_id=ids[0], viewer=me.viewer, text="We look at it"))
    for step in ("discuss", "accept"):
        do(MoveSignal(signal_id=ids[1], viewer=process.viewer, transition=step))
    for meeting_id, day in (
        (held, services.today),
        (ahead, services.today + timedelta(days=7)),
        (waiting, services.today),
    ):
        plan = PlanMeeting(meeting_id=meeting_id, viewer=me.viewer, team=me.team_id, held_on=day)
        services.meetings.handle(plan, CommandContext(now, me.account_id), uuid4())
    for meeting_id in (held, waiting):
        decided = RecordDecisions(
            meeting_id=meeting_id,
            viewer=me.viewer,
            decisions=[Decided(ids[1], Decision.ACCEPT)],
            present=[me.account_id, process.account_id],
        )
        services.meetings.handle(decided, CommandContext(now, me.account_id), uuid4())
    confirmed = ConfirmDecisions(meeting_id=held, viewer=process.viewer, recorded=2)
    services.meetings.handle(confirmed, CommandContext(now, process.account_id), uuid4())
    norm = SetNorm(
        norm_id=uuid4(),
        viewer=process.viewer,
        en="Call first.",
        nl="Bel eerst.",
        reason="It is kinder.",
        pages=["caseload.caseload"],
        review_on=services.today + timedelta(days=90),
    )
    services.norms.handle(norm, CommandContext(now, process.account_id), uuid4())
    texts = texts_of("driving_licence", declared()) | {"definition": ("Mopeds count.", "Bromfietsen tellen mee.")}
    revise = ReviseDefinition(
        subject="driving_licence",
        viewer=process.viewer,
        valid_from=services.today,
        texts=texts,
        parameters=parameters_of("driving_licence", declared()),
        reason="asked",
        signal=ids[1],
    )
    services.definitions.handle(revise, CommandContext(now, process.account_id), uuid4())
    with services.database.write() as connection:
        replies.save(connection, None, kind=None, step=None, name="Thanks", en="Thank you.", nl="Dank je.")
        routing.add(connection, "fault", None, None, None, None)
    for step in ("plan", "deliver"):
        do(
            MoveSignal(
                signal_id=ids[1], viewer=process.viewer, transition=step, reason="It is there", on=services.today
            )
        )
    do(MoveSignal(signal_id=ids[2], viewer=me.viewer, transition="mark_duplicate", of=ids[0]))
    services.engine.catch_up()
    return ids[0], ids[1], held, ahead, waiting


def what_ifs(town: Town) -> list[UUID]:
    """One that is counted, and one that is not yet."""
    services, ids = town.services, [uuid4(), uuid4()]
    for what_if_id in ids:
        with services.database.write() as connection:
            what_if.ask(
                connection,
                what_if_id,
                "not_seen",
                declared(),
                declared().revised("not_seen", {"months": 1}),
                form={"parameters": {"months": 1}},
                as_of=services.today,
                asked_at=services.clock(),
                asked_by=town.accounts["process"].account_id,
            )
        if what_if_id == ids[0]:
            assert what_if.count_next(services.engine)
    return ids


def appointment_of(town: Town, client_id: UUID, days: int = 7) -> UUID:
    """An appointment of the coach with a client, so many days ahead."""
    services, appointment_id = town.services, uuid4()
    command = MakeAppointment(
        client_id=client_id,
        appointment_id=appointment_id,
        day=services.today + timedelta(days=days),
        at=time(10),
        minutes=30,
        channel=Channel.OFFICE,
        place="Desk 3",
        purpose="The course",
    )
    context = CommandContext(services.clock(), town.accounts["coach"].account_id)
    services.clients.handle(command, context, uuid4())
    services.engine.catch_up()
    return appointment_id


def step_of(town: Town, client_id: UUID, ends_in: int | None = 7) -> UUID:
    """A step that was agreed with a client, from today until so many days later; None: nobody knows."""
    services, step_id, today = town.services, uuid4(), town.services.today
    command = AgreeStep(
        client_id=client_id,
        step_id=step_id,
        kind=StepKind.TRAINING,
        whose=StepOwner.CLIENT,
        what="The forklift course",
        starts_on=today,
        ends_on=None if ends_in is None else today + timedelta(days=ends_in),
    )
    context = CommandContext(services.clock(), town.accounts["coach"].account_id)
    services.clients.handle(command, context, uuid4())
    services.engine.catch_up()
    return step_id


def session_of(town: Town, client_id: UUID, days: int = 9) -> UUID:
    """A session of a workshop of the coach's, so many days ahead, in which the coach's client is enrolled."""
    services, coach, offer_id = town.services, town.accounts["coach"], uuid4()
    context = CommandContext(services.clock(), coach.account_id)
    offer = OpenOffer(offer_id=offer_id, kind=OfferKind.WORKSHOP, title="Writing a CV", requirements=[])
    services.offers.handle(offer, context, uuid4())
    session_id, day = uuid4(), services.today + timedelta(days=days)
    plan = PlanSession(
        session_id=session_id, offer_id=offer_id, day=day, at=time(10), minutes=60, place="Room 4", places=2
    )
    for command in (plan, TakePlace(session_id=session_id, client_id=client_id)):
        services.workshops.handle(command, context, uuid4())
    services.engine.catch_up()
    return session_id


def invitation_of(town: Town, client_id: UUID) -> UUID:
    """An invitation of the coach to a client whose birth date is known."""
    services, invitation_id = town.services, uuid4()
    command = InviteClient(
        client_id=client_id,
        invitation_id=invitation_id,
        slots=[services.clock() + timedelta(days=7)],
        minutes=30,
        channel=Channel.PHONE,
        delivery=Delivery.LETTER,
    )
    services.clients.handle(command, CommandContext(services.clock(), town.accounts["coach"].account_id), uuid4())
    services.engine.catch_up()
    return invitation_id


def helper_of(town: Town, client_id: UUID, again_in: int = 300) -> UUID:
    """A helper around a client, with consent of today, to be asked again in so many days."""
    services, helper_id, today = town.services, uuid4(), town.services.today
    command = AddHelper(
        client_id=client_id,
        helper_id=helper_id,
        role=HelperRole.PROBATION,
        organisation="Reclassering Oost",
        name="Ilse Brandsma",
        phone="06 12 34 56 78",
        email="ilse@example.org",
        consent_on=today,
        ask_again_on=today + timedelta(days=again_in),
        others=known_helpers(town, client_id),
    )
    context = CommandContext(services.clock(), town.accounts["coach"].account_id)
    services.clients.handle(command, context, uuid4())
    services.engine.catch_up()
    return helper_id


def known_helpers(town: Town, client_id: UUID) -> list[KnownHelper]:
    """The helpers on the file, under names that nobody has."""
    state = town.services.clients.state(client_id)
    standing = state.helpers if state else {}
    return [KnownHelper(key, version, f"{key}", None, "0") for key, version in standing.items()]


def draft_of(town: Town, client_id: UUID, basis: str = "The letter of the doctor", days: int = 200) -> UUID:
    """A draft of an exemption that waits for a reader."""
    services, exemption_id = town.services, uuid4()
    until = services.today + timedelta(days=days)
    command = DraftExemption(client_id=client_id, exemption_id=exemption_id, basis=basis, until=until)
    services.clients.handle(command, CommandContext(services.clock(), town.accounts["coach"].account_id), uuid4())
    services.engine.catch_up()
    return exemption_id


def taken_over(town: Town) -> UUID:
    """Somebody of the colleague's whom the coach took over for a time, by the manager's hand."""
    services, manager = town.services, Look(town.services, town.accounts["manager"].viewer, "test")
    away, to = town.accounts["colleague"].account_id, {town.accounts["coach"].account_id}
    client_id = town.new_client("colleague", "Gert Invented")
    preview = take_overs.take_overs_of_team(services, manager, away, to).preview
    wish = TakeOverWish(away, to, services.today + timedelta(days=30), {client_id}, preview)
    take_overs.take_over_for_time(services, manager.viewer, wish, uuid4())
    services.engine.catch_up()
    (taken,) = take_overs.take_overs_of_team(services, manager, None, ()).open
    return taken.take_over_id


def target(number: str, from_on: str) -> dict[str, str]:
    """What is sent to set a target of the city's open clients."""
    return {"figure": "open", "team": "city", "number": number, "from_on": from_on, "reason": "As agreed."}
