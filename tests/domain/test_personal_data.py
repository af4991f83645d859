"""What looks like a person in a signal's text is found, and taken out when asked; days and counts are not."""

from __future__ import annotations

import pytest

from domain.personal_data import found_in, without


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mail jan.de-boer@example.org about it", ["jan.de-boer@example.org"]),
        ("The client with 123456782 has no plan", ["123456782"]),
        ("Call 06 - 1234 5678 or 06-12345678", ["06-12345678"]),
        ("See DEMO-000123", ["DEMO-000123"]),
        ("see demo-000123 or K12345", ["demo-000123", "K12345"]),
        ("Client 123456 is missing", ["123456"]),
        ("Paid to NL91 ABNA 0417 1643 00 or nl91abna0417164300", ["NL91 ABNA 0417 1643 00", "nl91abna0417164300"]),
        ("Since covid-2019, of 100.000 people, version 2.10, form A-2024 and 25000 minutes", []),
        ("On 2026-11-18 there were 1200 of 4000, in week 47 of 2026", []),
        ("On 18-11-2026 it said 95%", []),
        ("", []),
    ],
)
def test_addresses_and_numbers_are_found(text: str, found: list[str]) -> None:
    assert set(found) <= set(found_in(text)) and bool(found) is bool(found_in(text))
    assert found_in(without(text)) == []


@pytest.mark.parametrize("part", ["x", "9", "a.", "a-", "+", "a@", "9 ", "A1", "nl91"])
def test_a_text_of_a_million_letters_is_read_but_once(part: str) -> None:
    """One that were read again from each of its letters would take hours."""
    text = (part * 1_000_000)[:1_000_000]
    assert len(without(f"{text} @")) <= len(text) + 2
