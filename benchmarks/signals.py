"""The board of signals, searching them and what is alike, over 50,000 signals, on both kinds of database."""

from __future__ import annotations

import random
import re
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from flask.testing import FlaskClient

from application.services import Services
from benchmarks.bench import Bench, environment
from benchmarks.city_log import NOW
from benchmarks.figure import Result, seconds
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext, Step
from feedback import board
from feedback.signal import CommentOnSignal, Kind, LogSignal, MoveSignal, Signal, SupportSignal, nameless
from projections.engine.rebuild import rebuild
from records import people
from records.people import Account, Team
from web.app import create_app
from werkpad.progress import bar
from werkpad.settings import Settings
from werkpad.wiring import build

PASSWORD = "for measuring only"  # noqa: S105 - the whole world may know it
ROUNDS = 30
BATCH = 200
LIMIT = 0.1
WORDS = """
    caseload lijst definitie rijbewijs bromfiets plan contact klant gezien maand cijfer team stad filter scherm
    telefoon formulier veld traject werk opleiding taal niveau kinderen alleenstaand vader inschrijving datum verouderd
    dubbel knop traag fout melding rapport maandag weeklijst gesprek coach manager kwaliteit vacature workshop brief
    mail adres naam leeftijd voorkeur sector uren avond reis vervoer schuld begeleiding doel dossier historie export
    """.split()  # noqa: SIM905 - a list of words reads best as one
PATH = ("triage", "discuss", "accept", "plan", "deliver")


def signals(bench: Bench) -> list[Result]:
    """Server time of each page, the slowest of which one in twenty is left out."""
    count = min(50_000, bench.events // 6)
    results = []
    for kind in ("PostgreSQL", "SQLite"):
        with _filled(bench, kind, count) as (services, events):
            client, token = _logged_in(services)
            with services.database.read() as connection:
                (newest,) = board.board(connection, limit=1, latest=True)
            asked = _requests(client, token, newest.signal_id)
            for name, ask in asked.items():
                ask()
                times = sorted(seconds(ask) for _ in range(ROUNDS))
                p95 = times[int(ROUNDS * 0.95)]
                row = f"{name}, {count} signals, {events} events, {kind}"
                median = statistics.median(times)
                results.append(Result(row, 1000 * median, "ms", "p95, in s", p95, "under 0.1 s", p95 < LIMIT, times))
    return results


def _requests(client: FlaskClient, token: dict[str, str], signal_id: UUID) -> dict[str, Callable[[], object]]:
    def search(chosen: str = "") -> Callable[[], object]:
        return lambda: client.post(f"/signals/search{chosen}", data=token | {"words": " ".join(_text(2).split()[:2])})

    return {
        "board": lambda: client.get("/signals"),
        "board, time has passed": lambda: client.get("/signals?clock=passed"),
        "board, not answered yet": lambda: client.get("/signals?mine=unanswered"),
        "list": lambda: client.get("/signals?view=list&kind=definition"),
        "search": search(),
        "search, of one kind": search("?kind=definition"),
        "search for what nobody says": lambda: client.post("/signals/search", data=token | {"words": "nowhere"}),
        "alike": lambda: client.post("/signals/alike", data=token | {"seen": _text(12)}),
        "one signal": lambda: client.get(f"/signals/{signal_id}"),
        "news": lambda: client.get("/news"),
        "whose voice": lambda: client.get("/signals/voices"),
    }


@contextmanager
def _filled(bench: Bench, kind: str, count: int) -> Iterator[tuple[Services, int]]:
    if kind == "PostgreSQL":
        with bench.empty() as services:
            yield services, _fill(services, count)
        return
    url = f"sqlite:///{bench.folder / 'signals.db'}"
    services = build(Settings.from_environment(environment(url)), clock=lambda: NOW)
    services.create()
    yield services, _fill(services, count)
    services.close()


_rng = random.Random(20_261_124)  # noqa: S311 - invented signals, not a secret


def _text(words: int) -> str:
    # A few words are in very many signals, most in few.
    chosen = (WORDS[min(int(_rng.expovariate(0.06)), len(WORDS) - 1)] for _ in range(words))
    return f"{' '.join(chosen)} {_rng.randrange(9999)}"


def _fill(services: Services, count: int) -> int:
    """Signals of ten events each: logged, supported, commented on and on their way; how many events."""
    team = Team(UUID(int=1), "north", "Team north", specialised=False)
    coaches = [Viewer(UUID(int=n), Role.WORK_COACH, team.team_id) for n in range(10, 310)]
    decider = Viewer(UUID(int=2), Role.PROCESS_MANAGER, None)
    account = Account(
        decider.account_id,
        "process",
        "Invented Manager",
        decider.role,
        None,
        improves=False,
        active=True,
        language="en",
    )
    with services.database.write() as connection:
        people.add_team(connection, team)
        people.add_account(connection, account, PASSWORD)
    events = 0
    with bar("  ") as progress:
        for first in range(0, count, BATCH):
            decisions = [services.signals.decide(list(_signal(coaches, decider)), new=True) for _ in range(BATCH)]
            services.signals.record(decisions)
            events += sum(len(decision.events) for decision in decisions)
            progress(first + BATCH, count)
    rebuild(services.engine, ["signals"])
    return events


def _signal(coaches: list[Viewer], decider: Viewer) -> Iterator[Step[Signal]]:
    signal_id = uuid4()
    at = NOW - timedelta(days=_rng.randrange(900))
    reporter, *others = _rng.sample(coaches, 5)

    def step(command: object, viewer: Viewer) -> Step[Signal]:
        return Step(command, CommandContext(at, viewer.account_id), uuid4())  # type: ignore[arg-type]  # checked as the command's fields are

    # One in ten is logged without a name: whose it is, each page looks up behind its seal.
    without_name = _rng.random() < 0.1
    log = LogSignal(
        signal_id=signal_id,
        viewer=reporter,
        kind=_rng.choice(list(Kind)),
        page="caseload.caseload",
        seen=_text(15),
        expected=_text(8),
        without_name=without_name,
    )
    logged = step(log, reporter)
    yield replace(logged, context=nameless(logged.context)) if without_name else logged
    for other in others:
        yield step(SupportSignal(signal_id=signal_id, viewer=other), other)
    yield step(CommentOnSignal(signal_id=signal_id, viewer=others[0], text=_text(10)), others[0])
    # One in ten is still open, as it is where signals are answered.
    far = _rng.randrange(3) if _rng.random() < 0.1 else len(PATH)
    for name in PATH[:far]:
        move = MoveSignal(signal_id=signal_id, viewer=decider, transition=name, reason=_text(6), on=at.date())
        yield step(move, decider)


def _logged_in(services: Services) -> tuple[FlaskClient, dict[str, str]]:
    app = create_app(services, lambda: None)
    app.config["SESSION_COOKIE_SECURE"] = False
    client = app.test_client()
    token = _token(client, "/log-in")
    client.post("/log-in", data=token | {"username": "process", "password": PASSWORD})
    return client, _token(client, "/signals/new")


def _token(client: FlaskClient, path: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path, base_url="https://localhost").text)
    if found is None:
        raise RuntimeError(f"There is no form at {path}.")
    return {"csrf_token": found[1]}
