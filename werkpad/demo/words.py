"""Invented sentences for the demonstration, in the languages that coaches and clients use."""

NOTES = (
    "Gesproken over de vacature bij het distributiecentrum.",
    "Cursus Nederlands gaat goed, wil door naar B1.",
    "Bracht de papieren mee; die staan in het dossier.",
    "Wil liever in de ochtend werken vanwege school van de kinderen.",
    "Talked about the workshop on job interviews.",
    "Is gestart met vrijwilligerswerk in het buurthuis.",
    "Twijfelt over de opleiding; we kijken er samen nog eens naar.",
    "Will ask the doctor what is possible.",
)
OWN_WORDS = (
    "Ik wil weer collega's om me heen.",
    "Ik word er moe van om steeds hetzelfde te vertellen.",
    "Eindelijk iemand die terugbelt.",
    "Als de opvang geregeld is kan ik morgen beginnen.",
    "I can do more than you think.",
    "Ik schaam me voor mijn schulden, daar slaap ik slecht van.",
    "Solliciteren voelt als een muur.",
    "Mijn zoon is trots dat ik weer leer.",
)
AGREED = (
    "Stuurt het cv op.",
    "Belt na het gesprek met de werkgever.",
    "Komt naar de workshop.",
    "Coach vraagt opvang na.",
    "Brings the certificate along.",
)
PLANS = (
    "Taal naar B1, daarna een mbo-opleiding zorg; elke maand een gesprek.",
    "Eerst schulden regelen met de hulpverlening, daarna oriënteren op werk.",
    "Solliciteren in de logistiek, twee vacatures per week, met hulp bij het cv.",
    "Vrijwilligerswerk opbouwen naar drie dagdelen, daarna kijken naar betaald werk.",
    "Forklift certificate, then temporary work through the agency.",
)
MISTAKES = (
    "Verkeerde klant aangeklikt.",
    "Misverstaan in het gesprek.",
    "Typefout.",
    "Was een ander moment.",
)
NOT_RELEVANT = (
    "Gaat eerst naar school.",
    "Speelt geen rol zolang zorg voorgaat.",
    "Niet nodig voor dit plan.",
)
DECLINED = ("Vertelt het liever later.", "Wil dit niet delen.", "Would rather not say now.")
BACK = ("Contract is niet verlengd.", "Proeftijd niet doorgekomen.")
SKILLS = ("goed met mensen", "handig", "nauwkeurig", "rustig onder druk", "talen", "organiseren")
TEXTS = {
    "work_occupation": (
        "chauffeur",
        "schoonmaker",
        "kok",
        "verkoper",
        "magazijnmedewerker",
        "naaister",
        "boekhouder",
    ),
    "preferred_occupations": ("buschauffeur", "verzorgende", "hovenier", "receptionist", "lasser"),
    "field_of_education": ("techniek", "zorg", "administratie", "landbouw", "onderwijs"),
    "certificates": ("heftruck", "BHV", "VCA", "sociale hygiëne"),
    "own_goal": (
        "Voor mijn kinderen kunnen zorgen.",
        "Een eigen keuken.",
        "Van de uitkering af.",
        "Mijn vak weer oppakken.",
    ),
}
LICENCES = (["none"], ["none"], ["B"], ["B"], ["B"], ["AM"], ["AM", "B"], ["B", "C"], ["B", "E"], ["none", "B"])

TASKS = (
    "ask the language school about the evening course",
    "send the form for travel costs",
    "call the employer back",
    "look up when the childcare place is free",
    "prepare the conversation about the plan",
)
CALLS = (
    "called about the letter from last week",
    "asked whether the appointment can be moved",
    "called: has found something and wants to talk about it",
    "asked to be called back after three",
)
