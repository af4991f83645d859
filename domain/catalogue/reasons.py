"""Why a field does not matter for a client, or why a client would rather not say: a short list, beside own words."""

from __future__ import annotations

from dataclasses import dataclass

from domain.catalogue.kinds import Text
from domain.catalogue.terms import State


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason that is given often, for one state of a field."""

    code: str
    state: State
    text: Text


REASONS = {
    reason.code: reason
    for reason in (
        Reason(
            "not_for_this_work",
            State.NOT_RELEVANT,
            Text("it does not matter for the work looked for", "doet er niet toe voor het werk dat gezocht wordt"),
        ),
        Reason(
            "not_now",
            State.NOT_RELEVANT,
            Text("other matters come first now", "andere zaken gaan nu voor"),
        ),
        Reason(
            "agency",
            State.NOT_RELEVANT,
            Text("an agency takes care of it", "een andere instantie zorgt hiervoor"),
        ),
        Reason(
            "same_household",
            State.NOT_RELEVANT,
            Text("it is in the file of somebody in the same household", "staat in het dossier van een huisgenoot"),
        ),
        Reason(
            "later",
            State.DECLINED,
            Text("would rather talk about it later", "praat er liever later over"),
        ),
        Reason(
            "private",
            State.DECLINED,
            Text("finds it too personal", "vindt dit te persoonlijk"),
        ),
        Reason(
            "not_clear_why",
            State.DECLINED,
            Text("does not see what it is needed for", "ziet niet waar het voor nodig is"),
        ),
        Reason(
            "afraid_of_consequences",
            State.DECLINED,
            Text("fears consequences for the benefit", "is bang voor gevolgen voor de uitkering"),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class SaidReason:
    """A reason as it was given: one of the list, own words, or both."""

    code: str | None
    words: str | None

    @property
    def text(self) -> Text | None:
        """What the list says of it; of one that the list no longer has, its code."""
        if self.code is None:
            return None
        known = REASONS.get(self.code)
        return known.text if known else Text(self.code, self.code)


def stored(code: str | None, words: str | None) -> str | list[str]:
    """A reason as events keep it, under one seal: the code may say as much about somebody as the words."""
    words = (words or "").strip()
    if not code:
        return words
    return [code, words] if words else [code]


def read(kept: object) -> SaidReason | None:
    """A reason as it was kept; own words alone are all that there was at first."""
    if isinstance(kept, list) and kept:
        return SaidReason(str(kept[0]), str(kept[1]) if len(kept) > 1 else None)
    return SaidReason(None, kept) if isinstance(kept, str) else None
