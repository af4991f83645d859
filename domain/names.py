"""Names of people: compared without accents and case, and put in the Dutch order, by surname without its prefixes."""

from __future__ import annotations

from functools import lru_cache

from anyascii import anyascii

# Prefixes of surnames that don't count in their order. Source: table 36 of the Dutch personal records database (BRP).
PREFIXES = frozenset(
    """
    's 't a aan aen al am an auf aus aus'm ben bij bin boven d da dal dal' dalla das de deca degl degli dei del dela
    della den der des di die do don dos du e el em i im in las le les lo loe los o'f onder op over s t te ten ter thoe
    tho to toe tot uijt uit unter v van vanden vander vd ver vo vom von voor vor x zo zu zum zur het een la mc
    """.split()  # noqa: SIM905 - a list of words reads best as one
)


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """What a text is compared by: small Latin letters without accents, one blank between words."""
    return " ".join(anyascii(text).casefold().split())


def has_words(text: str, wanted: str) -> bool:
    """Whether every word of what is looked for stands somewhere in a text, whatever the accents and the case."""
    among = folded(text)
    return all(word in among for word in folded(wanted).split())


@lru_cache(maxsize=20_000)
def by_surname(name: str) -> tuple[str, str, str, str]:
    """What a full name is put in order by: *Anna van den Berg* as *Berg, van den, Anna*.

    What stands before a comma is the surname; else what follows the prefixes, or the last word.
    """
    given, prefix, surname = _parted(name)
    return folded(surname), folded(prefix), folded(given), name


def _parted(name: str) -> tuple[str, str, str]:
    before, comma, after = name.partition(",")
    if comma and before.strip():
        _, own, surname = _parted_at_prefix(before.split(), at=0)
        return *_without_prefix(after.replace(",", " ").split(), own), surname
    words = name.split()
    prefixes = [nth for nth, word in enumerate(words[:-1]) if _is_prefix(word)]
    # Ben and An are given names as well: at the start it is a prefix where another one, or the last word, follows.
    if prefixes[:1] == [0] and prefixes[1:2] != [1] and len(words) > 2:
        del prefixes[0]
    return _parted_at_prefix(words, at=prefixes[0] if prefixes else max(len(words) - 1, 0))


def _parted_at_prefix(words: list[str], at: int) -> tuple[str, str, str]:
    until = at
    while until < len(words) - 1 and _is_prefix(words[until]):
        until += 1
    return " ".join(words[:at]), " ".join(words[at:until]), " ".join(words[until:])


def _without_prefix(words: list[str], own: str) -> tuple[str, str]:
    """What follows on a comma: given names, with the prefix before or behind them, unless the surname has its own."""
    if own:
        return " ".join(words), own
    _, prefix, given = _parted_at_prefix(words, at=0)
    if not prefix:
        at = len(words)
        while at and _is_prefix(words[at - 1]):
            at -= 1
        prefix, given = " ".join(words[at:]), " ".join(words[:at])
    return given, prefix


def _is_prefix(word: str) -> bool:
    return folded(word) in PREFIXES
