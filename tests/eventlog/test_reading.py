"""What the log gives is what was recorded: pages, streams, places and shards, at their very boundaries."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from uuid import UUID

import pytest

from application.services import Services
from eventlog.events import Event, Page, shape_of
from eventlog.log import event_identity
from eventlog.recording import bucket_of
from tests.stories import begin, contact, do

STREAMS = [UUID(int=n) for n in range(1, 6)]


@pytest.fixture
def log_of_five(services: Services) -> Services:
    """Five streams of four events each, which lie mixed in the log."""
    for stream_id in STREAMS:
        begin(services, stream_id)
    for _ in range(2):
        for stream_id in reversed(STREAMS):
            do(services, contact(client_id=stream_id))
    return services


def places(events: list[Event]) -> list[tuple[UUID, int]]:
    return [(event.originator_id, event.originator_version) for event in events]


EXPECTED = [(s, v) for s in STREAMS for v in (1, 2)] + [(s, v) for v in (3, 4) for s in reversed(STREAMS)]


def test_a_page_follows_on_a_position_and_ends_where_it_is_told_to(log_of_five: Services) -> None:
    log = log_of_five.log
    assert log.head() == 20
    everything = log.page(0, 100)
    assert [recorded.position for recorded in everything] == list(range(1, 21))
    assert places([recorded.event for recorded in everything]) == EXPECTED
    for after, limit, upto, expected in (
        (0, 3, None, [1, 2, 3]),
        (18, 5, None, [19, 20]),
        (20, 5, None, []),
        (4, 10, 6, [5, 6]),
        (4, 1, 6, [5]),
        (6, 10, 6, []),
    ):
        assert [r.position for r in log.page(after, limit, upto)] == expected, (after, limit, upto)
        assert [row[0] for row in log.stored(after, limit)][: len(expected)] == expected


def test_what_follows_on_an_event_follows_on_that_event_alone(log_of_five: Services) -> None:
    log = log_of_five.log
    known = event_identity(*EXPECTED[4])
    assert log.identity_at(5) == known and log.identity_at(21) is None
    following = log.following(5, known, 3)
    assert following is not None and [r.position for r in following.events] == [6, 7, 8]
    assert log.following(5, event_identity(*EXPECTED[3]), 3) is None, "another event stands there"
    assert log.following(21, known, 3) is None, "nothing stands there"
    assert log.following(20, event_identity(*EXPECTED[-1]), 3) == Page([], 20, event_identity(*EXPECTED[-1]))
    first = log.following(0, None, 2)
    assert first is not None and [r.position for r in first.events] == [1, 2]
    some = log.following(5, known, 10, upto=7)
    assert some is not None and [r.position for r in some.events] == [6, 7]


def test_what_follows_of_some_topics_leaves_out_others_and_ends_where_all_would(log_of_five: Services) -> None:
    log = log_of_five.log
    contacts = frozenset({shape_of(type(log.page(19, 1)[0].event)).topic})
    first = event_identity(*EXPECTED[0])
    following = log.following_among(contacts, 1, first, 100)
    assert following is not None and (following.position, following.identity) == (20, event_identity(*EXPECTED[-1]))
    assert [r.position for r in following.events] == list(range(11, 21))
    some = log.following_among(contacts, 1, first, 3)
    assert some is not None and [r.position for r in some.events] == [11, 12, 13] and some.position == 13
    none = log.following_among(contacts, 1, first, 3, upto=7)
    assert none == Page([], 7, event_identity(*EXPECTED[6])), "passed, up to where it was told to"
    assert log.following_among(contacts, 20, event_identity(*EXPECTED[-1]), 3) == Page(
        [], 20, event_identity(*EXPECTED[-1])
    )
    assert log.following_among(contacts, 5, first, 3) is None, "another event stands there"
    assert log.following_among(contacts, 21, first, 3) is None, "nothing stands there"


def test_a_stream_is_its_events_in_order_up_to_a_version(log_of_five: Services) -> None:
    log = log_of_five.log
    stream_id = STREAMS[2]
    assert places(log.stream(stream_id)) == [(stream_id, n) for n in (1, 2, 3, 4)]
    assert places(log.stream(stream_id, upto=2)) == [(stream_id, 1), (stream_id, 2)]
    assert log.stream(UUID(int=99)) == []
    assert {v: places([e]) for v, e in log.versions(stream_id, [4, 2, 9]).items()} == {
        2: [(stream_id, 2)],
        4: [(stream_id, 4)],
    }
    assert log.versions(stream_id, []) == {} and log.at([]) == {}
    wanted = [(STREAMS[0], 4), (STREAMS[4], 1), (STREAMS[1], 9)]
    assert {place: places([event]) for place, event in log.at(wanted).items()} == {p: [p] for p in wanted[:2]}
    assert [log.position(*place) for place in EXPECTED] == list(range(1, 21))
    found = {stream: places(events) for stream, events in log.streams([STREAMS[3], STREAMS[0], UUID(int=99)])}
    assert found == {s: [(s, n) for n in (1, 2, 3, 4)] for s in (STREAMS[0], STREAMS[3])}
    assert list(log.streams([])) == []


@pytest.mark.parametrize("upto", [0, 1, 2, 10, 13, 19, 20, 100])
def test_all_streams_at_once_are_those_events_that_stood_in_the_log_then(log_of_five: Services, upto: int) -> None:
    log = log_of_five.log
    assert log.count(upto) == min(upto, 20)
    expected = {s: list(group) for s, group in groupby(sorted(EXPECTED[:upto]), key=lambda place: place[0])}
    assert {row[0]: places(log.load(row)) for row in log.by_stream(upto)} == expected


def test_shards_share_the_streams_among_them(log_of_five: Services) -> None:
    log = log_of_five.log
    some = [bucket_of(STREAMS[0]), bucket_of(STREAMS[1])]
    mine = {s for s in STREAMS if bucket_of(s) in some}
    others = [bucket for bucket in range(64) if bucket not in some]
    for upto in (20, 13):
        events = [place for place in EXPECTED[:upto] if place[0] in mine]
        assert log.count(upto, some) == len(events)
        assert log.count(upto, others) == upto - len(events)
        assert {row[0] for row in log.by_stream(upto, some)} == mine
        assert {row[0] for row in log.by_stream(upto, others)} == set(STREAMS) - mine
    assert log.count(20, []) == 0 and list(log.by_stream(20, [])) == []


def test_a_stream_of_more_than_nine_events_comes_in_the_order_of_its_versions(
    make_services: Callable[..., Services], database_url: str
) -> None:
    services = make_services(database_url)
    begin(services)
    for _ in range(10):
        do(services, contact())
    ((stream_id, topics, states),) = services.log.by_stream(services.log.head())
    assert list(topics) == ["client.IntakeTaken", "client.ClientAssigned", *["client.ContactRecorded"] * 10]
    events = services.log.load((stream_id, topics, states))
    assert events == services.log.stream(stream_id)
    assert [event.originator_version for event in events] == list(range(1, 13))
