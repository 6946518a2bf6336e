"""Whom short forms stand for, across the sentences of an article."""

from __future__ import annotations

import pytest

from etl.extract.text import article_from_text
from etl.transform.coder import Coder

BELO, MORI = "Portugal's Foreign Minister Ana Belo", "Japanese Prime Minister Kenji Mori"
CASES = (
    # pronouns
    (f"{BELO} arrived in Lima on Monday. She will meet President Jorge Quispe of Peru.", "She", {"ana-belo"}),
    (f"{BELO} received {MORI} in Lisbon. He praised her handling of the talks.", "He", {"kenji-mori"}),
    (f"{BELO} received {MORI} in Lisbon. He praised her handling of the talks.", "her", {"ana-belo"}),
    ("In his speech to parliament, President Jorge Quispe of Peru criticised Chile.", "his", {"jorge-quispe"}),
    ("Iran said it would expel the French envoy.", "it", {"IRN"}),
    ("Iran accused Israel of bombing one of its bases.", "its", {"IRN"}),
    ("Norway is ready to mediate. It has hosted such talks before.", "It", {"NOR"}),
    ("Chile and Peru signed a border treaty. They also agreed to build a bridge.", "They", {"CHL", "PER"}),
    (f"{BELO} met {MORI} on Friday. They discussed trade.", "They", {"ana-belo", "kenji-mori"}),
    ('"We will not accept this," said President Jorge Quispe of Peru.', "We", {"jorge-quispe"}),
    ('President Jorge Quispe of Peru rejected the offer. "I see no reason to talk," he said.', "I", {"jorge-quispe"}),
    # titles
    (f"{BELO} arrived in Lima on Monday. The minister will visit a port.", "The minister", {"ana-belo"}),
    (f"{BELO} received {MORI} in Lisbon. The Japanese leader praised the hosts.", "Japanese leader", {"kenji-mori"}),
    (
        "Colonel Omar Diallo seized power in Guinea. The colonel will suspend the parliament.",
        "The colonel",
        {"omar-diallo"},
    ),
    (
        f"{BELO} met Foreign Minister Levan Kobalia of Georgia. She and the Georgian signed a treaty.",
        "Georgian",
        {"levan-kobalia"},
    ),
    (f"{BELO} received {MORI} in Lisbon. She praised her guest.", "guest", {"kenji-mori"}),
    (
        "Defence Minister Omar Diallo spoke. Mali had asked for help. The minister agreed.",
        "The minister",
        {"omar-diallo"},
    ),
    ("Mali asked for help. Defence Minister Omar Diallo flew to Paris.", "Defence Minister Omar Diallo", {"MLI"}),
    (
        "Minister Falk's talks with Ghana\n\nNorway's Minister of Foreign Affairs Ada Falk called Ghana. The minister praised Accra.",
        "The minister",
        {"ada-falk"},
    ),
    ("Norway protested. Foreign Ministry spokesman Lars Holm said the step was illegal.", "Lars Holm", {"NOR"}),
    # states and bodies
    ("Chad expelled the ambassador of Libya. The country also closed its border.", "The country", {"TCD"}),
    ("Chad expelled the ambassador of Libya. The government also closed the border.", "The government", {"TCD"}),
    ("NATO will send ships to the Baltic Sea. The alliance condemned the sabotage.", "The alliance", {"nato"}),
    ("The International Atomic Energy Agency inspected a plant. The agency demanded access.", "The agency", {"iaea"}),
    ("Rebels in Mali attacked a convoy. The rebels killed three soldiers.", "The rebels", {"MLI"}),
    # several
    (f"{BELO} met {MORI} on Friday. The two leaders signed a treaty.", "The two leaders", {"ana-belo", "kenji-mori"}),
    (f"{BELO} met {MORI} on Friday. The two countries will share data.", "The two countries", {"PRT", "JPN"}),
    ("Chile held talks with Peru in Quito. Both sides promised restraint.", "Both sides", {"CHL", "PER"}),
    ("Chile accused Peru of spying. Both deny it. Neither will yield.", "Neither", {"CHL", "PER"}),
    (f"{BELO} met {MORI} on Friday. The pair discussed trade.", "The pair", {"ana-belo", "kenji-mori"}),
    ("Peru closed its border. His country would wait, President Jorge Quispe of Peru said.", "its", {"PER"}),
    ("Chile and Peru signed a treaty. The former will withdraw its troops.", "former", {"CHL"}),
)
NOBODY = (
    ("Chad condemned the raid. It is clear that talks have failed.", "It"),
    ("Chile and Peru signed a deal. It will expire in June.", "It"),
    ("A man died in Lima. The two bridges collapsed.", "The two bridges"),
    ("They walked home in the rain.", "They"),
    ("The IMF praised Ghana. A group of students marched. The group left at noon.", "The group"),
)


def found(coder: Coder, text: str, words: str) -> set[str]:
    start = text.index(f" {words} ") + 1 if f" {words} " in text else text.index(words)
    return {
        m.actor.key for m in coder.actors(article_from_text(text)) if m.start < start + len(words) and start < m.end
    }


@pytest.mark.parametrize(("text", "words", "who"), CASES)
def test_a_short_form_stands_for_whom_the_article_named(coder: Coder, text: str, words: str, who: set[str]) -> None:
    keys = found(coder, text, words)
    assert {next((w for w in who if w in key.split(":") or w == key.split("|")[0]), key) for key in keys} == who


@pytest.mark.parametrize(("text", "words"), NOBODY)
def test_a_word_that_points_at_nobody_stands_for_nobody(coder: Coder, text: str, words: str) -> None:
    assert not {key for key in found(coder, text, words) if not key.startswith("group:")}
