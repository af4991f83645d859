"""What the invented colleagues signal, why it is accepted or declined, and the standard replies."""

from __future__ import annotations

from feedback.signal import Kind

SIGNALS = (
    (
        Kind.DEFINITION,
        "registration.register",
        "driving_licence",
        "Does a moped licence count as a driving licence?",
        "One sentence that says so.",
        ("triage", "discuss", "accept", "plan", "deliver"),
    ),
    (
        Kind.DEFINITION,
        "caseload.caseload",
        "cv",
        "It is unclear whether the day is that of the CV or of the upload.",
        "The day of the CV itself.",
        ("triage", "discuss"),
    ),
    (
        Kind.REPRESENTATION,
        "caseload.caseload",
        "children_at_home",
        "Single fathers are nowhere to be found; children are asked of mothers.",
        "That we ask everybody.",
        ("triage",),
    ),
    (
        Kind.USABILITY,
        "contact.record",
        None,
        "After a group meeting I type the same contact twelve times.",
        "One form for the group.",
        ("triage", "discuss", "accept", "plan"),
    ),
    (
        Kind.SERVICE_QUALITY,
        "weekly_list.weekly_list",
        None,
        "A complete list says nothing about whether somebody felt heard.",
        None,
        (),
    ),
    (
        Kind.DATA_QUALITY,
        "team.one",
        "language_level",
        "Half of the levels are estimates from the first conversation.",
        "See which ones come from a test.",
        ("triage",),
    ),
    (Kind.FAULT, "client.client", None, "The phone number is not a link.", "Tap it to call.", ()),
    (
        Kind.IDEA,
        "caseload.caseload",
        None,
        "Let me see who was never called, not only who was not seen.",
        None,
        ("triage", "discuss", "accept", "plan", "deliver"),
    ),
    (
        Kind.DEFINITION,
        "definitions.definitions",
        "hours_available",
        "Do hours of voluntary work count?",
        "Say so in the definition.",
        ("triage", "discuss", "decline"),
    ),
    (
        Kind.REPRESENTATION,
        "team.city",
        None,
        "A specialised team looks slow beside the others.",
        "A mark that they can't be compared.",
        ("triage", "discuss", "accept", "plan", "deliver"),
    ),
)


# Signals of the months before, which the process manager decided on: kind, page, field, what was seen, how far it came.
EARLIER = (
    (
        Kind.DEFINITION,
        "registration.register",
        "education_level",
        "Does a certificate from abroad count as a level?",
        "delivered",
    ),
    (
        Kind.DEFINITION,
        "registration.register",
        "living_situation",
        "Where does someone belong who sleeps at friends?",
        "confirmed",
    ),
    (Kind.DEFINITION, "registration.register", "work_sector", "Is an internship work experience?", "confirmed"),
    (Kind.DEFINITION, "plan.plan", "contact_frequency", "Is a group meeting a contact for the frequency?", "delivered"),
    (Kind.DEFINITION, "registration.register", "digital_skills", "What is a bit of digital skills?", "declined"),
    (Kind.DEFINITION, "registration.register", "travel_time", "Travel time there, or there and back?", "confirmed"),
    (
        Kind.DATA_QUALITY,
        "client.client",
        "certificates",
        "Certificates of 2015 stand there as if they were new.",
        "delivered",
    ),
    (
        Kind.DATA_QUALITY,
        "team.one",
        "hours_available",
        "Everybody has 40 hours: that is the form, not the client.",
        "confirmed",
    ),
    (
        Kind.DATA_QUALITY,
        "client.client",
        "own_transport",
        "After a move the transport was never asked again.",
        "triaged",
    ),
    (
        Kind.DATA_QUALITY,
        "quality.quality",
        "language_level",
        "Levels without a date look like fresh ones.",
        "delivered",
    ),
    (
        Kind.DATA_QUALITY,
        "caseload.caseload",
        "marital_status",
        "Single, and a partner in the living situation.",
        "in_discussion",
    ),
    (Kind.DATA_QUALITY, "client.client", None, "Two files for the same person after a transfer.", "declined"),
    (
        Kind.SERVICE_QUALITY,
        "weekly_list.weekly_list",
        None,
        "The list asks for what does not matter for this client.",
        "delivered",
    ),
    (Kind.SERVICE_QUALITY, "contact.record", None, "There is no place for what the client said.", "confirmed"),
    (
        Kind.SERVICE_QUALITY,
        "today.today_page",
        None,
        "Who calls is helped first; who does not call waits.",
        "delivered",
    ),
    (
        Kind.SERVICE_QUALITY,
        "conversations.conversations",
        None,
        "A number says nothing about a good conversation.",
        "in_discussion",
    ),
    (
        Kind.SERVICE_QUALITY,
        "client.client",
        None,
        "Clients ask what we hold about them, and I can't show it.",
        "confirmed",
    ),
    (
        Kind.REPRESENTATION,
        "caseload.caseload",
        "language_level",
        "People who learn Dutch in other courses are not visible.",
        "triaged",
    ),
    (Kind.REPRESENTATION, "quality.quality", "gender", "Unknowns are left out of the figures.", "delivered"),
    (Kind.REPRESENTATION, "team.city", None, "Part-time coaches seem to have small caseloads.", "declined"),
    (
        Kind.REPRESENTATION,
        "caseload.caseload",
        "childcare_arranged",
        "Childcare is asked of mothers only.",
        "confirmed",
    ),
    (Kind.USABILITY, "registration.register", "skills", "I scroll through the whole form for one field.", "delivered"),
    (Kind.USABILITY, "caseload.caseload", None, "My columns are gone when I come back.", "confirmed"),
    (
        Kind.USABILITY,
        "contact.record",
        None,
        "The session ends while I am on the phone, and my note with it.",
        "confirmed",
    ),
    (Kind.USABILITY, "client.client", None, "The timeline mixes what I did with what the system did.", "triaged"),
    (Kind.USABILITY, "offers.offers", None, "Closed vacancies stand between the open ones.", "delivered"),
    (Kind.FAULT, "client.client", None, "A back button shows an old page.", "delivered"),
    (Kind.FAULT, "match.match", None, "The match shows a client who was transferred.", "confirmed"),
    (Kind.FAULT, "weekly_list.weekly_list", None, "Done lines come back after a correction.", "confirmed"),
    (Kind.FAULT, "contact.record", None, "Minutes of zero are refused.", "delivered"),
    (Kind.FAULT, "team.one", None, "The figure of the team and mine were a day apart.", "delivered"),
    (Kind.IDEA, "today.today_page", None, "Remind me of a promise on the day itself.", "delivered"),
    (Kind.IDEA, "caseload.caseload", None, "Save a filter and share it with the team.", "confirmed"),
    (Kind.IDEA, "conversations.conversations", None, "Let me see the figures before my conversation.", "confirmed"),
    (Kind.IDEA, "group_contact.record", None, "Record who came to a workshop in one go.", "in_discussion"),
    (Kind.IDEA, "team.city", None, "A target by team.", "declined"),
)


WAYS = {
    "triaged": ("triage",),
    "in_discussion": ("triage", "discuss"),
    "declined": ("triage", "discuss", "decline"),
    "delivered": ("triage", "discuss", "accept", "plan", "deliver"),
    "confirmed": ("triage", "discuss", "accept", "plan", "deliver", "confirm"),
}


REASONS = {
    "decline": "Hours available are about paid work; voluntary work is in the plan.",
    "deliver": "It is in the new version. Please tell us whether it helps.",
}


EARLIER_REASONS = {
    "decline": "We talked about it and leave it as it is; the definition says so now.",
    "deliver": REASONS["deliver"],
}


LICENCE = (
    "The categories on the licence. A moped licence (AM) counts as one.",
    "De categorieën op het rijbewijs. Een bromfietsrijbewijs (AM) telt mee.",
)


RESEARCH_NORM = (
    "Team NSW is research data from 1975 to 1977, imported as an example: leave it out of what you say about the city.",
    "Team NSW is onderzoeksdata uit 1975 tot 1977, als voorbeeld ingelezen: laat het buiten wat je over de stad zegt.",
)


REPLIES = (
    (
        "Thank you, we look at it",
        None,
        "ask",
        "Thank you for telling us. Could you say when this happens?",
        "Dank dat je het meldt. Kun je zeggen wanneer dit gebeurt?",
    ),
    (
        "Definition is being revised",
        "definition",
        "deliver",
        "The definition was revised. Please tell us whether it is clear now.",
        "De definitie is herzien. Laat weten of het nu duidelijk is.",
    ),
)
