"""Everything on the screen is said in the words of the trade: what was private language before does not come back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from domain.catalogue.fields import GROUPS
from domain.in_force import declared
from tests.web.test_translations import dutch, wanted

# Whole texts that say too little or are nobody's word, and what is written for them now.
NOT_ALONE = {
    "en": """needed; do-able; usual; take along; leave it; let go; look again; look again on; asked for; why; where
        from; known since; register the new answer; it was wrong, or should not be here; what is known, and
        where from; who; able; knows; wants; path; to do; to do and promised; promised; quiet clients; clients
        who called; walking along; spoken; how; started by; agreed next; record, and on to the next; strike out;
        contact with a group; outflow; what became of the client; with whom; answer by; could meet, ask; read
        from a file; wishes from a file; as it was on; as it was in week; the numbers behind it; whose voice
        counts; time has passed; time is near; words; looked after by; given to me; put up for discussion; say
        so; tell it; take a passage out; who gets what; go on to revise it so; by chance; because of a rule;
        people; not here; this was not stored yet""",
    "nl": """meenemen; te doen; gewoon; laat maar; loslaten; waarvandaan; gevraagd; weet en kent; kan; wil; werkfit;
        klant wil niet zeggen; kwam; werd verwacht en kwam niet; bij toeval; het blad; pad; bij wie; wat er van
        de klant geworden is; per gedrukte brief; zou kunnen voldoen, vraag het; deze ene vraag beslist; wiens
        stem telt; tijd voorbij; vertel het; leesmodel; herbouw; dagen toegestaan; contact nodig; niet hier;
        toestand""",
}
# Parts of texts that no reader should have to learn.
NOWHERE = {
    "en": r"do-able|take along|str(ike|uck) out|walking along|read model|\bshards?\b|quiet client|looked after by|voice"
    r"|\bmend\b|don't belong together|numbers behind|by chance|outflow|points? at (nobody|a person|them)",
    "nl": r"\bwerkfit\b|leesmodel|wiens stem|gedrukte brief|toeval|\buwe\b|te doen is|\bopen klant(en)?\b|\bhet blad\b"
    r"|klant wil niet zeggen|wijst? naar (niemand|een persoon)",
}
# Whoever runs Werkpad reads these under "Technical details", or in the page's own small print.
TECHNICAL = {"Read model", "Read models"}


def texts() -> Iterator[tuple[str, str]]:
    """Each text of the product with its language: pages, messages and letters, the catalogue and the definitions."""
    for english, meaning in dutch().items():
        yield from (("en", text) for text in (english if isinstance(english, tuple) else (english,)))
        yield from (("nl", text) for text in (meaning if isinstance(meaning, tuple) else (meaning,)))
    in_force = declared()
    told = [*GROUPS.values()]
    for subject in (*in_force.catalogue, *in_force.terms):
        told += [subject.label, subject.definition]
    for text in told:
        yield from (("en", text.en), ("nl", text.nl))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_no_text_is_a_word_that_readers_would_have_to_learn(language: str) -> None:
    alone = {word.strip() for word in NOT_ALONE[language].split(";")}
    alone = {re.sub(r"\s+", " ", word) for word in alone}
    nowhere = re.compile(NOWHERE[language], re.IGNORECASE)
    found = [
        text
        for spoken, text in texts()
        if spoken == language and text not in TECHNICAL and (text.strip(" .:").lower() in alone or nowhere.search(text))
    ]
    assert found == []


def addressed_as(text: str) -> set[str]:
    formal = {"u"} if re.search(r"\b(u|uw)\b", text, re.IGNORECASE) else set()
    familiar = {"je"} if re.search(r"\b(je|jij|jouw|jullie)\b", text, re.IGNORECASE) else set()
    return formal | familiar


def test_colleagues_are_addressed_as_colleagues() -> None:
    """Clients read *u*, colleagues *je*: no text has both."""
    both = [text for language, text in texts() if language == "nl" and len(addressed_as(text)) > 1]
    assert both == []


# English that follows another language's grammar, by its kind: what nobody says, and what is said for it.
STIFF = {
    # "Enter a day.", "Choose a reason.": who fills in a form gives and says nothing.
    "given instead of entered": r"^(please )?give (at most|day|the)\b|^(please )?give a (?!one-time)"
    r"|[:.] give (the|one|it)\b|^say (after|for|what|where|which)\b",
    "not yet come, as if it lay": r"\b(appointments?|days?|meeting|session) (lies?|lay) ahead|^ahead$",
    "at the end of the sentence": r"\b(was|is|been|another one) (by now|meanwhile)\b"
    r"|\b(works here|can be sent) no more",
    "whoever": r"\bwhoever\b",
    "standing, where it is said or shown": r"\bstands? (beside|here|in (no|the (table|way))|still|under|where)\b",
    "an outcome": r"\bbec(ame|omes) of (it|them)\b",
    "walking along": r"\b(came|come|goes) along\b|\b(comes|need not come) up\b",
    "mail, which is paper": r"(?<!e-)\bmails?\b(?! server)",
    "except": r"\bbut for\b",
    "in another way": r"\botherwise\b",
    "a meeting": r"\bthe (first )?talk\b|\ba talk\b",
}


@pytest.mark.parametrize("kind", STIFF, ids=lambda kind: kind.replace(" ", "-"))
def test_no_text_of_the_code_has_the_grammar_of_another_language(kind: str) -> None:
    """Asked of the texts as the code has them, so that a text is found on the day on which it is written."""
    stiff = re.compile(STIFF[kind], re.IGNORECASE)
    written = (text for texts in wanted() for text in ((texts,) if isinstance(texts, str) else texts))
    assert sorted(text for text in written if stiff.search(text)) == []


def test_what_is_kept_is_saved_and_never_stored() -> None:
    """The button says Save, and so does all that is told of it, also where something went wrong."""
    written = [text for texts in wanted() for text in ((texts,) if isinstance(texts, str) else texts)]
    assert any("saved" in text for text in written)
    assert [text for text in written if re.search(r"\bstored?\b", text, re.IGNORECASE)] == []
