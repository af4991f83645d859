"""Invented names for the people of the demonstration, by sex and by where a family comes from."""

from __future__ import annotations

import random

from faker import Faker

# Given names of women and of men, and family names, as they are written here; who bears which was thrown by lot.
ELSEWHERE = (
    (
        ("Amal", "Hala", "Rania", "Lina", "Nour", "Samira", "Yasmin", "Huda", "Reem", "Salma"),
        ("Ahmad", "Bilal", "Fadi", "Hassan", "Karim", "Mahmoud", "Nabil", "Omar", "Samir", "Ziad"),
        ("al-Ahmad", "Darwish", "Haddad", "Ibrahim", "Khalil", "Mansour", "Nasser", "Saleh", "Shami", "Zaher"),
    ),
    (
        ("Abeba", "Feven", "Helen", "Luwam", "Merhawit", "Rahel", "Selam", "Winta"),
        ("Abel", "Dawit", "Filmon", "Kidane", "Mewael", "Samuel", "Tesfay", "Yonas"),
        ("Abraham", "Berhane", "Ghebre", "Habte", "Kifle", "Mehari", "Tekle", "Woldu"),
    ),
    (
        ("Ayşe", "Elif", "Emine", "Fatma", "Hatice", "Sevda", "Zeynep"),
        ("Ali", "Cem", "Emre", "Hakan", "Kemal", "Mustafa", "Yusuf"),
        ("Acar", "Çelik", "Demir", "Kaya", "Öztürk", "Şahin", "Tekin"),
    ),
    (
        ("Fatima", "Hanane", "Khadija", "Loubna", "Naima", "Rachida", "Souad"),
        ("Abdelkader", "Driss", "Hicham", "Mohamed", "Mounir", "Rachid", "Youssef"),
        ("el Amrani", "Bouzidi", "Chakir", "el Idrissi", "Lahlou", "Ouali", "Tahiri"),
    ),
    (
        ("Cheryl", "Edith", "Gladys", "Ludmilla", "Muriel", "Sharon", "Yvette"),
        ("Clyde", "Errol", "Glenn", "Ivan", "Orlando", "Romeo", "Winston"),
        ("Biervliet", "Kromosoeto", "Martina", "Pengel", "Rosalia", "Sedney", "Wijdenbosch"),
    ),
    (
        ("Agnieszka", "Iryna", "Katarzyna", "Magdalena", "Oksana", "Olena"),
        ("Andrij", "Krzysztof", "Marek", "Oleh", "Paweł", "Tomasz"),
        ("Bondar", "Kowalczyk", "Lewandowska", "Melnyk", "Nowak", "Szewczyk"),
    ),
)


class Names:
    """Invented names: Faker's Dutch ones, combined anew because asking Faker each time would take seconds."""

    def __init__(self, seed: int) -> None:
        fake = Faker("nl_NL")
        fake.seed_instance(seed)
        self.women = sorted({fake.first_name_female() for _ in range(200)})
        self.men = sorted({fake.first_name_male() for _ in range(200)})
        self.last = sorted({fake.last_name() for _ in range(400)})

    def person(self, rng: random.Random, *, woman: bool | None = None, from_elsewhere: bool = False) -> tuple[str, str]:
        """A full name, and an address at example.org."""
        women, men, families = rng.choice(ELSEWHERE) if from_elsewhere else (self.women, self.men, self.last)
        if woman is None:
            woman = rng.random() < 0.5
        first, last = rng.choice(women if woman else men), rng.choice(families)
        local = "".join(c for c in f"{first}.{last}".lower() if c.isascii() and (c.isalnum() or c == "."))
        return f"{first} {last}", f"{local}@example.org"
