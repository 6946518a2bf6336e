"""What becomes of single sentences: rules that no one frame shows."""

from __future__ import annotations

import pytest

from etl.extract.text import article_from_text
from etl.records import Modality
from etl.transform.coder import Coder
from etl.transform.linking import link


@pytest.mark.parametrize(
    ("text", "cameo", "modality"),
    [
        ("Iran promised not to attack Oman.", "030", "asserted"),
        ("Chile decided not to sign the accord with Peru.", "127", "asserted"),
        ("Norway did not sign the treaty with Russia.", "057", "negated"),
        ("Finland is considering sending aid to Moldova.", "014", "considered"),
        ("Ghana demanded the withdrawal of Togolese troops.", "1056", "asserted"),
        ("Malaysia drew condemnation from Jordan over the caning.", "111", "asserted"),
    ],
)
def test_what_operators_and_negation_make_of_an_event(coder: Coder, text: str, cameo: str, modality: str) -> None:
    first = link(coder.code(article_from_text(text)))[0].facts
    assert (first.cameo, first.modality.value) == (cameo, modality)


def test_private_persons_make_no_event(coder: Coder) -> None:
    for text in (
        "Anna Bergdahl apologised to her neighbour.",
        "She said she apologised.",
        "I asked him to leave the house.",
    ):
        assert not [e for e in link(coder.code(article_from_text(text))) if e.facts.modality is Modality.ASSERTED]


def test_the_same_article_gives_the_same_mentions_in_any_company(coder: Coder) -> None:
    texts = [
        "Norway praised Kenya.",
        "Peru expelled three Chadian diplomats.",
        "Fiji and Samoa signed a trade agreement in Suva.",
    ]
    alone = [coder.code(article_from_text(text)) for text in texts]
    together = [mentions for _, mentions in coder.code_many([article_from_text(t) for t in reversed(texts)])]
    assert together == alone[::-1]
    assert all(alone)


def test_police_and_students_are_of_the_place(coder: Coder) -> None:
    (event,) = link(coder.code(article_from_text("Police shot dead two students in Nairobi on Monday.")))
    assert {p.mention.actor.country for p in event.facts.participants} == {"KEN"}
    assert "COP" in {p.mention.actor.sector for p in event.facts.participants}
