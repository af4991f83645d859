"""Facts that can't both hold, each with a sentence that a coach can act on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from domain.catalogue.conditions import (
    All,
    AtLeast,
    AtMost,
    HasAny,
    Includes,
    KnownAs,
    Not,
    TrackIn,
)
from domain.catalogue.kinds import Text
from domain.catalogue.model import Contradiction
from domain.catalogue.terms import Track

_ALWAYS = (
    Contradiction(
        "job_ready_but_care_first",
        ("job_ready_since", "service_track"),
        Text("Job ready, yet on the track care first.", "Bemiddelbaar, maar op het traject zorg eerst."),
        All(HasAny("job_ready_since"), TrackIn(Track.CARE_FIRST)),
    ),
    Contradiction(
        "job_ready_but_exempt",
        ("job_ready_since", "service_track"),
        Text(
            "Job ready, yet exempt from looking for work.",
            "Bemiddelbaar, maar vrijgesteld van het zoeken naar werk.",
        ),
        All(HasAny("job_ready_since"), TrackIn(Track.EXEMPT)),
    ),
    # Nobody can register this any more; what was recorded when one could is still found.
    Contradiction(
        "no_licence_with_categories",
        ("driving_licence",),
        Text("No licence, yet categories are listed.", "Geen rijbewijs, maar er staan categorieën bij."),
        All(
            Includes("driving_licence", "none"),
            Not(KnownAs("driving_licence", ["none"])),
        ),
    ),
    Contradiction(
        "trailer_without_vehicle",
        ("driving_licence",),
        Text("Licence E goes with B, C or D.", "Rijbewijs E hoort bij B, C of D."),
        All(
            Includes("driving_licence", "E"),
            Not(Includes("driving_licence", "B")),
            Not(Includes("driving_licence", "C")),
            Not(Includes("driving_licence", "D")),
        ),
    ),
    Contradiction(
        "single_with_partner",
        ("marital_status", "living_situation"),
        Text(
            "Single, yet living with a partner. Both can be true; check which one is out of date.",
            "Ongehuwd, maar woont met een partner. Het kan allebei; ga na wat verouderd is.",
        ),
        All(KnownAs("marital_status", "single"), KnownAs("living_situation", "with_partner")),
        both_may_hold=True,
    ),
    Contradiction(
        "widowed_with_partner",
        ("marital_status", "living_situation"),
        Text(
            "Widowed, yet living with a partner. Check which one is out of date.",
            "Verweduwd, maar woont met een partner. Ga na wat verouderd is.",
        ),
        All(KnownAs("marital_status", "widowed"), KnownAs("living_situation", "with_partner")),
        both_may_hold=True,
    ),
    Contradiction(
        "married_living_alone",
        ("marital_status", "living_situation"),
        Text(
            "Married, yet living alone. Check which one is out of date.",
            "Gehuwd, maar woont alleen. Ga na wat verouderd is.",
        ),
        All(KnownAs("marital_status", "married"), KnownAs("living_situation", "alone")),
        both_may_hold=True,
    ),
    Contradiction(
        "childcare_without_children",
        ("childcare_arranged", "children_at_home"),
        Text(
            "Childcare is arranged, yet there are no children at home.",
            "Kinderopvang is geregeld, maar er wonen geen kinderen thuis.",
        ),
        All(KnownAs("childcare_arranged", True), AtMost("children_at_home", 0)),
        both_may_hold=True,
    ),
    Contradiction(
        "ages_without_children",
        ("children_ages", "children_at_home"),
        Text(
            "Ages of children are given, yet there are no children at home.",
            "Er staan leeftijden van kinderen, maar er wonen geen kinderen thuis.",
        ),
        All(HasAny("children_ages"), AtMost("children_at_home", 0)),
    ),
    Contradiction(
        "living_with_children_without_any",
        ("living_situation", "children_at_home"),
        Text(
            "Lives with children, yet there are no children at home.",
            "Woont met kinderen, maar er wonen geen kinderen thuis.",
        ),
        All(KnownAs("living_situation", "with_children"), AtMost("children_at_home", 0)),
        both_may_hold=True,
    ),
    Contradiction(
        "alone_with_children",
        ("living_situation", "children_at_home"),
        Text("Lives alone, yet there are children at home.", "Woont alleen, maar er wonen kinderen thuis."),
        All(KnownAs("living_situation", "alone"), AtLeast("children_at_home", 1)),
        both_may_hold=True,
    ),
    Contradiction(
        "job_ready_without_hours",
        ("hours_available", "service_track"),
        Text("Job ready, yet available for 0 hours.", "Bemiddelbaar, maar 0 uur beschikbaar."),
        All(AtMost("hours_available", 0), TrackIn(Track.JOB_READY)),
    ),
    Contradiction(
        "own_car_without_licence",
        ("own_transport", "driving_licence"),
        Text("Uses a car, yet has no licence.", "Gebruikt een auto, maar heeft geen rijbewijs."),
        All(Includes("own_transport", "car"), KnownAs("driving_licence", ["none"])),
        both_may_hold=True,
    ),
    Contradiction(
        "never_worked_with_years",
        ("work_sector", "work_years"),
        Text(
            "Never worked, yet there are years of work experience.", "Nooit gewerkt, maar er staan jaren werkervaring."
        ),
        All(KnownAs("work_sector", "none"), AtLeast("work_years", 1)),
    ),
    Contradiction(
        "sector_without_years",
        ("work_sector", "work_years"),
        Text(
            "Has worked in a sector, yet 0 years of work experience.",
            "Heeft in een sector gewerkt, maar 0 jaar werkervaring.",
        ),
        All(AtMost("work_years", 0), HasAny("work_sector"), Not(KnownAs("work_sector", "none"))),
        both_may_hold=True,
    ),
    Contradiction(
        "no_school_with_field",
        ("education_level", "field_of_education"),
        Text(
            "No school completed, yet there is a field of education.",
            "Geen school afgemaakt, maar er is een opleidingsrichting.",
        ),
        All(KnownAs("education_level", "none"), HasAny("field_of_education")),
        both_may_hold=True,
    ),
    Contradiction(
        "never_worked_with_occupation",
        ("work_sector", "work_occupation"),
        Text("Never worked, yet there is an occupation.", "Nooit gewerkt, maar er staat een beroep."),
        All(KnownAs("work_sector", "none"), HasAny("work_occupation")),
        both_may_hold=True,
    ),
    Contradiction(
        "primary_school_with_field",
        ("education_level", "field_of_education"),
        Text(
            "Primary school only, yet there is a field of education.",
            "Alleen basisonderwijs, maar er is een opleidingsrichting.",
        ),
        All(KnownAs("education_level", "primary"), HasAny("field_of_education")),
        both_may_hold=True,
    ),
    Contradiction(
        "technology_without_digital_skills",
        ("work_sector", "digital_skills"),
        Text(
            "Worked in information technology, yet has no digital skills.",
            "Heeft in de ICT gewerkt, maar heeft geen digitale vaardigheden.",
        ),
        All(KnownAs("work_sector", "technology"), KnownAs("digital_skills", "none")),
        both_may_hold=True,
    ),
    Contradiction(
        "moped_without_licence",
        ("own_transport", "driving_licence"),
        Text("Uses a moped, yet has no licence.", "Gebruikt een bromfiets, maar heeft geen rijbewijs."),
        All(Includes("own_transport", "moped"), KnownAs("driving_licence", ["none"])),
        both_may_hold=True,
    ),
    Contradiction(
        "office_hours_without_hours",
        ("hours_available", "outside_office_hours"),
        Text(
            "Available for 0 hours, yet also outside office hours.",
            "0 uur beschikbaar, maar wel buiten kantooruren.",
        ),
        All(
            AtMost("hours_available", 0),
            HasAny("outside_office_hours"),
            Not(Includes("outside_office_hours", "none")),
        ),
    ),
    Contradiction(
        "job_ready_without_travel",
        ("travel_time", "service_track"),
        Text("Job ready, yet will not travel at all.", "Bemiddelbaar, maar wil helemaal niet reizen."),
        All(AtMost("travel_time", 0), TrackIn(Track.JOB_READY)),
        both_may_hold=True,
    ),
)

# Rules with a number in them, which a definition's revision may set otherwise: how each is made of it.
TUNED: dict[str, tuple[int, Callable[[int], Contradiction]]] = {
    "full_hours": (
        32,
        lambda hours: Contradiction(
            "full_hours_without_childcare",
            ("hours_available", "childcare_arranged", "children_ages"),
            Text(
                f"Available for {hours} hours or more with children under four, yet no childcare is arranged.",
                f"{hours} uur of meer beschikbaar met kinderen onder de vier, maar geen kinderopvang geregeld.",
            ),
            All(
                AtLeast("hours_available", hours),
                KnownAs("childcare_arranged", False),
                Includes("children_ages", "0_3"),
            ),
            both_may_hold=True,
        ),
    ),
    "seldom_weeks": (
        12,
        lambda weeks: Contradiction(
            "job_ready_seldom_in_touch",
            ("contact_frequency", "service_track"),
            Text(
                f"Job ready, yet in touch only every {weeks} weeks or less often.",
                f"Bemiddelbaar, maar slechts eens in de {weeks} weken of minder vaak contact.",
            ),
            All(AtLeast("contact_frequency", weeks), TrackIn(Track.JOB_READY)),
            both_may_hold=True,
        ),
    ),
    "long_travel": (
        60,
        lambda minutes: Contradiction(
            "long_travel_without_transport",
            ("travel_time", "own_transport"),
            Text(
                f"Will travel {minutes} minutes or more, yet has no transport, not even a bicycle. Public transport"
                " may do; then both hold.",
                f"Wil {minutes} minuten of langer reizen, maar heeft geen vervoer, ook geen fiets. Met openbaar"
                " vervoer kan het allebei kloppen.",
            ),
            All(AtLeast("travel_time", minutes), KnownAs("own_transport", ["none"])),
            both_may_hold=True,
        ),
    ),
}


def contradictions(off: Collection[str] = (), numbers: Mapping[str, int] | None = None) -> tuple[Contradiction, ...]:
    """The rules, but for those that are switched off, with these numbers in the place of the usual ones."""
    numbers = numbers or {}
    tuned = (make(numbers.get(name, usual)) for name, (usual, make) in TUNED.items())
    return tuple(rule for rule in (*_ALWAYS, *tuned) if rule.key not in off)


CONTRADICTIONS = contradictions()
