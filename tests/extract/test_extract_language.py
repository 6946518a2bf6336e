"""Which language a text is in."""

# Typographic and foreign characters are what is tested here.
# ruff: noqa: RUF001

import pytest

from etl.extract.language import language_of


@pytest.mark.parametrize(
    "text",
    [
        "The foreign ministers of Norland and Sudland met in Oslo on Monday.",
        "On Tuesday, Norland's junior foreign minister summoned the ambassador to complain of inaction over the gangs.",
        "Medvedev, Zelenskyy, Ze Zhao meet in Ouagadougou and Antananarivo",
        "Kim Hong-kyun, Kurt Campbell hold phone talks on Russia-North Korea ties",
        "Rethink fuel tax before polls, Nigerian bishops tell Abuja",
        "Envoy leaves",
        "Kurz: Nein",
        "",
        "12345 67890 " * 20,
    ],
)
def test_english_and_what_is_too_short_to_tell(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "de",
            "Der Außenminister traf sich am Montag mit seinem Amtskollegen in Wien, um über die Grenze zu sprechen.",
        ),
        ("fr", "Le ministre des Affaires étrangères a rencontré son homologue à Genève pour parler de la frontière."),
        ("es", "El ministro de Exteriores viajó a Lisboa para firmar el tratado sobre la frontera común."),
        ("nl", "De minister sprak met zijn collega in Oslo over de grens en het verdrag van vorig jaar."),
        ("ru", "Министр иностранных дел встретился со своим коллегой в Женеве и обсудил положение."),
    ],
)
def test_other_languages(language: str, text: str) -> None:
    assert language_of(text) == language
