"""Options that come near to what a client wrote: offered to the coach, and never taken by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process, utils

from domain.catalogue import Field, Option

AT_MOST = 3
# Of 100: below this it is chance that letters agree.
NEAR = 60


def suggested(words: str, field: Field) -> Sequence[Option]:
    """The options of a field whose name or meaning, in either language, comes nearest to some words."""
    options: dict[str, Option] = {option.code: option for option in field.kind.answers}
    texts = {
        (code, number): text
        for code, option in options.items()
        for number, text in enumerate(
            (option.label.en, option.label.nl, option.definition.en, option.definition.nl, code)
        )
    }
    found = process.extract(
        words, texts, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=NEAR, limit=len(texts)
    )
    codes = dict.fromkeys(code for _text, _score, (code, _number) in found)
    return [options[code] for code in codes][:AT_MOST]
