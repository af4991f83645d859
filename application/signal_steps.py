"""What people do with one signal: bring it on, assign and classify it, comment, support, judge and redact."""

from __future__ import annotations

import re
from uuid import UUID

import msgspec

from application import rights
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from application.signals import require_team, require_triager
from domain.personal_data import found_in
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import Answer, CommandContext
from feedback import clocks
from feedback.signal import (
    AddNote,
    AssignSignal,
    ClassifySignal,
    CommentOnSignal,
    FollowSignal,
    JudgeHelp,
    Kind,
    MoveSignal,
    RedactPassage,
    Signal,
    SignalCommand,
    SupportSignal,
)
from projections import definitions
from records import people, replies, usernames

_MENTION = re.compile(r"(?<![\w@.])@([\w.'-]+\w)")


@needs(rights.LOG_SIGNALS)
def move_signal(
    services: Services,
    viewer: Viewer,
    command: MoveSignal,
    command_id: UUID,
    *,
    reply_id: UUID | None = None,
    language: str = "en",
    points_at_nobody: bool = False,
) -> Answer:
    """Take a step of the table with a signal; who may take it, and from where, the table says.

    A standard reply stands before the reason, in the reporter's language, or else in `language`. `points_at_nobody`:
    somebody looked at what in the reason looks as if it pointed at a person.

    Raises:
        NotThereError: there is no such signal.
        Refused: the step can't be taken by this viewer or now, lacks something, or may point at a person.
    """
    signal = existing(services, command.signal_id)
    if found_in(command.reason) and not points_at_nobody:
        raise Refused("This may identify a person: a number or an address. Remove it.", field="reason")
    reason = command.reason
    if reply_id is not None:
        reason = "\n\n".join(filter(None, (_reply(services, reply_id, signal, language), reason)))
    # Who decides in the name of a meeting does so through that meeting.
    own = msgspec.structs.replace(command, reason=reason, meeting=None)
    return _handled(services, viewer, own, command_id)


@needs(rights.LOG_SIGNALS)
def assign_signal(services: Services, viewer: Viewer, command: AssignSignal, command_id: UUID) -> Answer:
    """Have a team (None: the city) look after a signal, and perhaps one person.

    Raises:
        NotThereError: there is no such signal.
        Refused: there is no such team, or the person doesn't triage, or the viewer doesn't.
    """
    existing(services, command.signal_id)
    with services.database.read() as connection:
        require_team(connection, command.team)
        require_triager(connection, command.person)
    return _handled(services, viewer, command, command_id)


@needs(rights.LOG_SIGNALS)
def classify_signal(
    services: Services, viewer: Viewer, signal_id: UUID, kind: Kind, field: str | None, command_id: UUID
) -> Answer:
    """Say of which kind a signal is, and which field it is about; its clock runs as that of its kind.

    Raises:
        NotThereError: there is no such signal.
        Refused: there is no such field, the signal has been answered, or the viewer doesn't triage.
    """
    services.engine.catch_up(["definitions"], wait=True)
    existing(services, signal_id)
    with services.database.read() as connection:
        if field and field not in definitions.on(connection, services.today).catalogue:
            raise Refused("Choose one of these.", field="field")
        within = clocks.within(connection)[kind]
    command = ClassifySignal(signal_id=signal_id, viewer=viewer, kind=kind, field=field, within=within)
    return _handled(services, viewer, command, command_id)


@needs(rights.LOG_SIGNALS)
def comment_on_signal(services: Services, viewer: Viewer, signal_id: UUID, text: str, command_id: UUID) -> Answer:
    """Say something of a signal that everybody may read; @username or @First.Last brings a colleague in.

    Raises:
        NotThereError: there is no such signal.
        Refused: nothing is said, or nobody is called so.
    """
    existing(services, signal_id)
    mentions = _mentions(services, text, triagers=False)
    command = CommentOnSignal(signal_id=signal_id, viewer=viewer, text=text, mentions=mentions)
    return _handled(services, viewer, command, command_id)


@needs(rights.LOG_SIGNALS)
def add_note(services: Services, viewer: Viewer, signal_id: UUID, text: str, command_id: UUID) -> Answer:
    """Write a note for those who triage.

    Raises:
        NotThereError: there is no such signal.
        Refused: nothing is said, nobody who triages is called so, or the viewer doesn't triage.
    """
    existing(services, signal_id)
    mentions = _mentions(services, text, triagers=True)
    return _handled(
        services, viewer, AddNote(signal_id=signal_id, viewer=viewer, text=text, mentions=mentions), command_id
    )


@needs(rights.LOG_SIGNALS)
def judge_help(services: Services, viewer: Viewer, command: JudgeHelp, command_id: UUID) -> Answer:
    """Say whether what was delivered helped.

    Raises:
        NotThereError: there is no such signal.
        Refused: the viewer isn't asked, or not any more, or nothing was delivered.
    """
    existing(services, command.signal_id)
    return _handled(services, viewer, command, command_id)


@needs(rights.LOG_SIGNALS)
def support_signal(services: Services, viewer: Viewer, signal_id: UUID, command_id: UUID, *, back: bool) -> Answer:
    """Say that one has seen the same, or take that back.

    Raises:
        NotThereError: there is no such signal.
        Refused: it is the viewer's own, or repeats another one.
    """
    existing(services, signal_id)
    return _handled(services, viewer, SupportSignal(signal_id=signal_id, viewer=viewer, back=back), command_id)


@needs(rights.LOG_SIGNALS)
def follow_signal(services: Services, viewer: Viewer, signal_id: UUID, command_id: UUID, *, back: bool) -> Answer:
    """Hear what becomes of a signal, or no longer. Raises as `support_signal`."""
    existing(services, signal_id)
    return _handled(services, viewer, FollowSignal(signal_id=signal_id, viewer=viewer, back=back), command_id)


@needs(rights.LOG_SIGNALS)
def redact_passage(services: Services, viewer: Viewer, signal_id: UUID, passage: str, command_id: UUID) -> Answer:
    """Take a passage out of every text of a signal, for good.

    Raises:
        NotThereError: there is no such signal.
        Refused: no text has the passage, or the viewer neither triages nor reported it.
    """
    existing(services, signal_id)
    command = RedactPassage(signal_id=signal_id, viewer=viewer, passage=passage, texts={})
    return services.redact(command, CommandContext(services.clock(), viewer.account_id), command_id)


def existing(services: Services, signal_id: UUID) -> Signal:
    """A signal as it is now. Raises NotThereError where there is none."""
    signal = services.signals.state(signal_id)
    if signal is None:
        raise NotThereError
    return signal


def _handled(services: Services, viewer: Viewer, command: SignalCommand, command_id: UUID) -> Answer:
    # Whoever calls does not say who asks, and not who reported without a name.
    own = msgspec.structs.replace(command, viewer=viewer, as_reporter=False)
    return services.signal_handler.handle(own, CommandContext(services.clock(), viewer.account_id), command_id)


def _reply(services: Services, reply_id: UUID, signal: Signal, language: str) -> str:
    with services.database.read() as connection:
        reply = replies.reply(connection, reply_id)
        reporter = people.account(connection, signal.reporter) if signal.reporter else None
    if reply is None:
        raise Refused("This standard reply no longer exists. Choose another one.", field="reason")
    return reply.in_((reporter and reporter.language) or language)


def _mentions(services: Services, text: str, *, triagers: bool) -> tuple[UUID, ...]:
    """The colleagues whom a text names as @username or @Full.Name; in a note only those who may read it."""
    wanted = {usernames.folded(name): name for name in _MENTION.findall(text)}
    if not wanted:
        return ()
    with services.database.read() as connection:
        accounts = [a for a in people.all_accounts(connection) if a.active]
    readers = [a for a in accounts if (a.viewer.triages_signals if triagers else a.viewer.logs_signals)]
    called: dict[str, list[UUID]] = {}
    for reader in readers:
        called.setdefault(_with_dots(reader.full_name), []).append(reader.account_id)
    # A username is one person's, and comes before the same full name of another.
    called |= {usernames.folded(reader.username): [reader.account_id] for reader in readers}
    several = [f"@{name}" for key, name in wanted.items() if len(called.get(key, ())) > 1]
    if several:
        raise Refused(
            "Several colleagues are called %(names)s. Write the @username of the one you mean.",
            field="note" if triagers else "text",
            names=", ".join(several),
        )
    unknown = [f"@{name}" for key, name in wanted.items() if key not in called]
    if unknown:
        raise Refused(
            "No colleague who reads this is called %(names)s. Write @username, or @First.Last with dots for spaces.",
            field="note" if triagers else "text",
            names=", ".join(unknown),
        )
    return tuple(dict.fromkeys(called[key][0] for key in wanted))


def _with_dots(full_name: str) -> str:
    return usernames.folded(".".join(full_name.split()))
