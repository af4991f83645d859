"""Who: what is registered about the person and the household."""

from __future__ import annotations

from domain.catalogue.declaring import INTAKE_FORM, QUESTIONNAIRE, option
from domain.catalogue.kinds import Choice, Choices, DateKind, Number, Text
from domain.catalogue.model import Field

WHO = (
    Field(
        "birth_date", "who", DateKind(partial=True),
        Text("Birth date", "Geboortedatum"),
        Text(
            "The date in the civil registry. Where the registry has only the month or the year, so do we.",
            "De datum in de basisregistratie. Staat daar alleen de maand of het jaar, dan staat dat ook hier.",
        ),
        INTAKE_FORM, protected=True,
    ),
    Field(
        "gender", "who",
        Choice((
            option("woman", "woman", "vrouw", "The client is registered as a woman.", "De klant staat ingeschreven als vrouw."),
            option("man", "man", "man", "The client is registered as a man.", "De klant staat ingeschreven als man."),
            option("x", "X", "X", "The client has an X, or wishes to be addressed neutrally.", "De klant heeft een X, of wil neutraal aangesproken worden."),
        )),
        Text("Gender", "Geslacht"),
        Text(
            "As the client gives it. It serves to address people rightly and to see which groups we serve badly; never to select.",
            "Zoals de klant het opgeeft. Het dient om mensen goed aan te spreken en te zien welke groepen we slecht bedienen; nooit om te selecteren.",
        ),
        INTAKE_FORM, protected=True,
    ),
    Field(
        "marital_status", "who",
        Choice((
            option("single", "single", "ongehuwd", "Never married and no registered partnership.", "Nooit gehuwd en geen geregistreerd partnerschap."),
            option("married", "married", "gehuwd", "Married, or in a registered partnership.", "Gehuwd, of geregistreerd partner."),
            option("divorced", "divorced", "gescheiden", "The marriage or partnership was ended.", "Het huwelijk of partnerschap is beëindigd."),
            option("widowed", "widowed", "verweduwd", "The partner has died.", "De partner is overleden."),
        )),
        Text("Marital status", "Burgerlijke staat"),
        Text(
            "The civil status. Who lives with the client is another question: see living situation.",
            "De status in de basisregistratie. Met wie de klant woont is een andere vraag: zie woonsituatie.",
        ),
        INTAKE_FORM, protected=True,
    ),
    Field(
        "children_at_home", "who", Number(0, 15, Text("children", "kinderen")),
        Text("Children at home", "Thuiswonende kinderen"),
        Text(
            "How many children under 18 live with the client at least half of the week. None is 0, not blank.",
            "Hoeveel kinderen onder 18 minstens de helft van de week bij de klant wonen. Geen is 0, niet leeg.",
        ),
        INTAKE_FORM, protected=True,
    ),
    Field(
        "children_ages", "who",
        Choices((
            option("0_3", "0 to 3", "0 tot en met 3", "At least one child not yet at school.", "Minstens één kind dat nog niet naar school gaat."),
            option("4_11", "4 to 11", "4 tot en met 11", "At least one child in primary school.", "Minstens één kind op de basisschool."),
            option("12_17", "12 to 17", "12 tot en met 17", "At least one child in secondary school age.", "Minstens één kind in de leeftijd van de middelbare school."),
        )),
        Text("Ages of the children", "Leeftijd van de kinderen"),
        Text(
            "The age groups of the children at home; they decide which childcare is needed.",
            "De leeftijdsgroepen van de thuiswonende kinderen; die bepalen welke opvang nodig is.",
        ),
        INTAKE_FORM, protected=True,
    ),
    Field(
        "living_situation", "who",
        Choice((
            option("alone", "alone", "alleen", "Nobody else lives at the address.", "Niemand anders woont op het adres."),
            option("with_partner", "with a partner", "met partner", "With a partner, with or without children.", "Met een partner, met of zonder kinderen."),
            option("with_children", "with children, no partner", "met kinderen, zonder partner", "A single parent.", "Een alleenstaande ouder."),
            option("with_family", "with parents or family", "bij ouders of familie", "With parents or other relatives.", "Bij ouders of andere familie."),
            option("shared", "shared housing", "gedeelde woning", "With others who are no relatives.", "Met anderen die geen familie zijn."),
            option("supported", "supported housing", "begeleid wonen", "In housing with guidance or shelter.", "In een woning met begeleiding of opvang."),
            option("no_fixed_address", "no fixed address", "geen vast adres", "No place of one's own to sleep.", "Geen eigen plek om te slapen."),
        )),
        Text("Living situation", "Woonsituatie"),
        Text(
            "With whom the client lives now, whatever the civil status says.",
            "Met wie de klant nu woont, wat de burgerlijke staat ook zegt.",
        ),
        QUESTIONNAIRE,
    ),
)  # fmt: skip
