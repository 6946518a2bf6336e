"""Whose 'rebels', 'residents' and 'army officers' are, of whom an article says no country."""

from __future__ import annotations

import pytest

from etl.extract.text import article_from_text
from etl.transform.coder import Coder


def country_of(coder: Coder, text: str, words: str) -> list[str | None]:
    """The countries of the actors whose mention is `words`."""
    return [m.actor.country for m in coder.actors(article_from_text(text)) if m.text == words]


@pytest.mark.parametrize(
    ("text", "words", "country"),
    [
        ("Army officers toppled Guinea-Bissau's president before dawn on Tuesday.", "Army officers", "GNB"),
        ("Army officers toppled Guinea-Bissau's president, residents of the capital said.", "residents", "GNB"),
        ("Ivorian President Kouame Assi and rebels in the north signed a ceasefire on Friday.", "rebels", "CIV"),
        ("Venezuelan students marched on Monday. Police used water cannon near a bridge.", "Police", "VEN"),
        ("Kenya raised taxes on bread. Lawmakers approved the budget late on Friday.", "Lawmakers", "KEN"),
        ("Chadian President Amadou Saleh dismissed the army chief on Friday.", "army chief", "TCD"),
        ("Peru's congress met on Monday. Peru is tired.\n\nThe vote was close, lawmakers said.", "lawmakers", "PER"),
        ("Guatemala was at war. In June government envoys and guerrillas met in Oslo.", "guerrillas", "GTM"),
    ],
)
def test_a_group_is_of_the_country_that_is_spoken_of(coder: Coder, text: str, words: str, country: str) -> None:
    assert country_of(coder, text, words) == [country]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Israel killed two militants on Friday.", "militants"),
        ("Russia said militants had fired rockets overnight.", "militants"),
        ("Gunmen attacked Russian soldiers on Friday.", "Gunmen"),
        ("Soldiers fought in Iraq and Syria.", "Soldiers"),
        ("Troops shelled the town in Iraq.", "Troops"),
        ("France met Germany in Paris. Rebels fired on a market.", "Rebels"),
        ("The US-led coalition and local tribes attacked.", "tribes"),
        ("Turkey calls the movement a terrorist group.", "group"),
        ("Norway was silent. Later Kurdish fighters left the town.", "fighters"),
        ("Japan thanked tourists for their patience.", "tourists"),
        ("Syria shut the border. The international community protested.", "community"),
        ("Niger shut the airport. Foreign troops left Niger on Monday.", "troops"),
    ],
)
def test_nobody_is_guessed_to_be_of_a_country_that_may_be_another(coder: Coder, text: str, words: str) -> None:
    assert [c for c in country_of(coder, text, words) if c] == []
