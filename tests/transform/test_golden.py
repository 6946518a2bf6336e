"""Whole articles and exactly what they must yield: one of our own, and the first article where it is at hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from etl.extract.text import article_from_text
from etl.records import DateBasis, DatePrecision, Event, Modality, Role
from etl.transform.coder import Coder
from etl.transform.linking import link

SEED = Path(__file__).parents[3] / "shared" / "seed" / "campbell-kim-call.txt"
OURS = """\
Nyberg Voices Firm Support for Estonia’s Measures Against Belarus-Syria Military Ties

AA9kPw2x

State Secretary Marta Kallas (L) stands beside Norwegian Deputy Foreign Minister Jonas Nyberg at a news conference ahead of their three-way meeting with Finland in Oslo, in this file photo taken March 4, 2031. (Pool photo) (Agency)

Norwegian Deputy Foreign Minister Jonas Nyberg held a lengthy telephone conversation with Estonia’s State Secretary Marta Kallas. Their discussion dwelt on the growing military cooperation between Belarus and Syria, crowned by the signing of a new friendship treaty. The treaty, which includes provisions for mutual defence in the event of an attack on either party, has caused unease in the region.

Nyberg’s expression of “firm support” for any steps Estonia might take in response shows how closely the two work together.

The exchange also highlighted sentiments of “deep alarm” over the closer military ties between Belarus and Syria. Both sides jointly condemned these developments.

Estonia also hinted at a review of its own policy. National Security Adviser Peeter Saar is reconsidering assistance to Armenia in light of Belarus’s support for Syria. This could include the delivery of lethal aid to Armenia.

Exit mobile version
"""


@pytest.fixture(scope="module")
def ours(scored_coder: Coder) -> tuple[Event, ...]:
    return link(scored_coder.code(article_from_text(OURS)))


@pytest.fixture(scope="module")
def seed(scored_coder: Coder) -> tuple[Event, ...]:
    if not SEED.exists():
        pytest.skip("the first article is not at hand")
    return link(scored_coder.code(article_from_text(SEED.read_text(encoding="utf-8"))))


def of(events: Sequence[Event], kind: str, cameo: str = "") -> list[Event]:
    return [e for e in events if e.facts.type == kind and e.facts.cameo.startswith(cameo)]


def who(event: Event, *roles: Role) -> set[tuple[str | None, str]]:
    """(country, name) of the participants in `roles`; of countries the name is left out."""
    return {
        (p.mention.actor.country, p.mention.actor.name if p.mention.actor.key.startswith("person:") else "")
        for p in event.facts.participants
        if not roles or p.role in roles
    }


def test_one_call_between_the_two(ours: tuple[Event, ...], seed: tuple[Event, ...]) -> None:
    for events, persons in (
        (ours, {("NOR", "Jonas Nyberg"), ("EST", "Marta Kallas")}),
        (seed, {("USA", "Kurt Campbell"), ("KOR", "Kim Hong-kyun")}),
    ):
        (call,) = of(events, "call")
        assert call.facts.cameo == "041"
        assert who(call, Role.PARTY) == persons
        assert {p.mention.actor.sector for p in call.facts.participants} == {"GOV"}
        assert call.facts.date.start is None
        assert call.facts.date.basis is DateBasis.NONE


def test_offices_come_from_the_article(ours: tuple[Event, ...], seed: tuple[Event, ...]) -> None:
    for events, offices in (
        (ours, {"Deputy Foreign Minister", "State Secretary"}),
        (seed, {"Deputy Secretary of State", "First Vice Foreign Minister"}),
    ):
        assert {p.mention.actor.office for p in of(events, "call")[0].facts.participants} == offices


def test_the_call_takes_the_publication_date_when_there_is_one(scored_coder: Coder) -> None:
    events = link(scored_coder.code(article_from_text(OURS, published=date(2031, 6, 21))))
    facts = of(events, "call")[0].facts
    assert (facts.date.start, facts.date.precision, facts.date.basis) == (
        date(2031, 6, 21),
        DatePrecision.DAY,
        DateBasis.PUBLISHED,
    )


def test_the_meeting_of_the_caption(ours: tuple[Event, ...], seed: tuple[Event, ...]) -> None:
    for events, countries, day, place, persons in (
        (ours, {"NOR", "EST", "FIN"}, date(2031, 3, 4), ("Oslo", None, "NOR"), {"Jonas Nyberg", "Marta Kallas"}),
        (
            seed,
            {"USA", "KOR", "JPN"},
            date(2024, 6, 1),
            ("Washington", "District of Columbia", "USA"),
            {"Kurt Campbell", "Kim Hong-kyun"},
        ),
    ):
        (meeting,) = of(events, "meeting")
        assert meeting.facts.cameo in ("040", "044", "046")
        assert {country for country, _ in who(meeting)} == countries
        assert persons <= {name for _, name in who(meeting)}
        assert (meeting.facts.date.start, meeting.facts.date.basis) == (day, DateBasis.CAPTION)
        assert meeting.facts.place is not None
        assert (meeting.facts.place.name, meeting.facts.place.admin1, meeting.facts.place.country) == place


def test_the_treaty_that_others_signed(ours: tuple[Event, ...], seed: tuple[Event, ...]) -> None:
    for events, parties, words in (
        (ours, {"BLR", "SYR"}, "friendship treaty"),
        (seed, {"RUS", "PRK"}, "partnership treaty"),
    ):
        (treaty,) = of(events, "treaty")
        report = treaty.facts.treaty
        assert report is not None
        assert (treaty.facts.cameo, report.action) == ("057", "signed")
        assert words in report.name
        assert {country for country, _ in who(treaty)} == parties
        assert treaty.facts.date.start is None
        text = OURS if events is ours else SEED.read_text(encoding="utf-8")
        provision = next(p for p in report.treaty.provisions if p.code == "mutual_defence")
        assert text[provision.span.start : provision.span.end].startswith("mutual defen")


def test_support_with_its_quote(ours: tuple[Event, ...], seed: tuple[Event, ...]) -> None:
    for events, speaker, about, quote in (
        (ours, ("NOR", "Jonas Nyberg"), "EST", "firm support"),
        (seed, ("USA", "Kurt Campbell"), "KOR", "strong support"),
    ):
        found = [e for e in of(events, "statement", "051") if e.facts.statement and e.facts.statement.quote]
        assert len(found) == 1
        statement = found[0].facts.statement
        assert statement is not None
        assert statement.quote is not None
        assert (statement.stance, statement.quote.text) == ("support", quote)
        assert who(found[0], Role.SOURCE) == {speaker}
        assert {country for country, _ in who(found[0], Role.TARGET)} == {about}
        text = OURS if events is ours else SEED.read_text(encoding="utf-8")
        assert text[statement.quote.start : statement.quote.end] == quote


def test_joint_condemnation_with_its_quote(ours: tuple[Event, ...], seed: tuple[Event, ...]) -> None:
    for events, speakers, about, quote in (
        (ours, {"NOR", "EST"}, {"BLR", "SYR"}, "deep alarm"),
        (seed, {"USA", "KOR"}, {"RUS", "PRK"}, "grave concern"),
    ):
        (event,) = of(events, "statement", "111")
        statement = event.facts.statement
        assert statement is not None
        assert statement.stance in ("condemn", "concern")
        assert statement.quote is not None
        assert statement.quote.text == quote
        assert {country for country, _ in who(event, Role.SOURCE)} == speakers
        assert {country for country, _ in who(event, Role.TARGET)} == about


def test_a_policy_that_is_weighed(ours: tuple[Event, ...], seed: tuple[Event, ...]) -> None:
    for events, speaker, about in (
        (ours, ("EST", "Peeter Saar"), {"ARM", "BLR"}),
        (seed, ("KOR", "Chang Ho-jin"), {"UKR", "RUS"}),
    ):
        (event,) = of(events, "statement", "01")
        assert event.facts.cameo in ("010", "014")
        assert event.facts.modality is Modality.CONSIDERED
        assert who(event, Role.SOURCE) == {speaker}
        assert {p.mention.actor.office for p in event.facts.participants if p.role is Role.SOURCE} == {
            "National Security Adviser"
        }
        assert {country for country, _ in who(event, Role.ABOUT)} == about


def test_nothing_false_is_asserted(ours: tuple[Event, ...], seed: tuple[Event, ...]) -> None:
    for events in (ours, seed):
        asserted = [e for e in events if e.facts.modality is Modality.ASSERTED]
        assert not of(asserted, "aid")
        assert not [e for e in asserted if e.facts.cameo[:2] in ("18", "19", "20")]
        names = {p.mention.actor.name for e in events for p in e.facts.participants}
        assert not names & {"BB1ocaif", "AA9kPw2x", "Exit mobile version", "Pool photo", "Yonhap", "Agency"}
        assert all(e.facts.date.start in (None, date(2024, 6, 1), date(2031, 3, 4)) for e in events)


def test_every_span_is_the_words_it_claims_to_be(ours: tuple[Event, ...]) -> None:
    for event in ours:
        for m in event.mentions:
            spans = [m.trigger, *([m.date.span] if m.date.span else []), *([m.place.span] if m.place else [])]
            for span in spans:
                assert OURS[span.start : span.end] == span.text
            for p in m.participants:
                assert OURS[p.mention.start : p.mention.end] == p.mention.text
            assert OURS[m.sentence.start : m.sentence.end] == m.sentence.text


def test_a_sentence_headed_by_a_preposition_ends(coder: Coder) -> None:
    for text in (
        "Up with the decision to sign and off to the talks to end it.",
        "Off to visit Peru. Against the plan to attack Chad.",
    ):
        coder.code(article_from_text(text))
