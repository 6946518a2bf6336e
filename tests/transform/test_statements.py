"""Who says what to whom: quotations, their speakers, stances and addressees."""

from __future__ import annotations

import pytest

from etl.extract.text import article_from_text
from etl.records import Event, Modality, ParagraphKind, Role
from etl.transform.coder import Coder
from etl.transform.linking import link
from etl.transform.quotes import quotations


def statements(coder: Coder, text: str) -> list[Event]:
    """The statements that `text` tells of, in its order."""
    events = (e for e in link(coder.code(article_from_text(text))) if e.facts.statement)
    return sorted(events, key=lambda e: e.facts.trigger.start)


def speakers(event: Event) -> set[str]:
    return {p.mention.actor.key for p in event.facts.participants if p.role in (Role.SOURCE, Role.PARTY)}


def quote(event: Event) -> str | None:
    said = event.facts.statement
    return said.quote.text if said and said.quote else None


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('"We left," he said. "It was late."', ["We left,", "It was late."]),
        ("“We left,” he said, “and they stayed.”", ["We left,", "and they stayed."]),
        ("« Nous partons », he said.", ["Nous partons"]),
        ("He spoke of 'grave concern' and of the states' rights in the '90s.", ["grave concern"]),
        ("It wasn’t the minister’s ‘last word’, he said.", ["last word"]),
        ("“I said ‘never’ and meant it,” she said.", ["I said ‘never’ and meant it,"]),
        ('A 6" pipe and a 4" pipe.', []),
    ],
)
def test_quotations_are_found_by_their_marks(text: str, quoted: list[str]) -> None:
    assert [text[q.start : q.end].strip() for q in quotations(article_from_text(text))] == quoted


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Iran's president said: \"We will never bow. Iraq condemned Iran on Monday.", ["We will never bow."]),
        (
            "The minister said: “Mr. Smith left the U.S. in March. Peru expelled its envoy.",
            ["Mr. Smith left the U.S. in March."],
        ),
        ('"We will not yield, she said.', ["We will not yield, she said."]),
        ('"We will not yield. We never did.\n\nPeru signed the accord.', ["We will not yield."]),
        (
            '"We will not yield. We never did.\n\n"We stand firm," she said.',
            ['We will not yield. We never did.\n\n"We stand firm,'],
        ),
    ],
)
def test_a_mark_that_nothing_closes_quotes_one_sentence(text: str, quoted: list[str]) -> None:
    assert [text[q.start : q.end] for q in quotations(article_from_text(text))] == quoted


def test_a_quotation_goes_on_in_a_paragraph_that_opens_with_a_mark() -> None:
    text = 'The minister spoke.\n\n"We came. We saw.\n\n"Then we left," she said.\n\n"Nothing more."'
    found = [text[q.start : q.end] for q in quotations(article_from_text(text))]
    assert found == ['We came. We saw.\n\n"Then we left,', "Nothing more."]


@pytest.mark.parametrize(
    ("text", "who", "words"),
    [
        # before, behind, in the middle, by a noun, by a colon
        ('"The road is long," Chilean Foreign Minister Rosa Prieto said.', "person:CHL:rosa-prieto", "The road is long,"),
        ('"The road is long," said Chilean Foreign Minister Rosa Prieto.', "person:CHL:rosa-prieto", "The road is long,"),
        ('Chilean Foreign Minister Rosa Prieto said: "The road is long."', "person:CHL:rosa-prieto", "The road is long."),
        ('The treaty, Chilean Foreign Minister Rosa Prieto told reporters, was "a long road".', "person:CHL:rosa-prieto", "a long road"),
        ('The road is "long and stony", according to Chilean Foreign Minister Rosa Prieto.', "person:CHL:rosa-prieto", "long and stony"),
        ('Chilean Foreign Minister Rosa Prieto: "The road is long."', "person:CHL:rosa-prieto", "The road is long."),
        # posts, statements of bodies, a subject with an apposition
        ('Chilean Foreign Minister Rosa Prieto wrote on X: "The road is long."', "person:CHL:rosa-prieto", "The road is long."),
        ('In a statement, the Chilean Foreign Ministry said the road was "long and stony".', "CHL:GOV", "long and stony"),
        ('A spokesman for the Chilean government, Luis Prieto, said: "The road is long."', "person:CHL:luis-prieto", "The road is long."),
        # the longer part of a broken one; what goes on without a verb of saying
        ('"The road is long," Chilean Foreign Minister Rosa Prieto said. "We know that it is also stony and steep."', "person:CHL:rosa-prieto", "We know that it is also stony and steep."),
        ('Chilean Foreign Minister Rosa Prieto spoke in Lima.\n\n"The road is long," she said.', "person:CHL:rosa-prieto", "The road is long,"),
    ],
)  # fmt: skip
def test_who_says_it(coder: Coder, text: str, who: str, words: str) -> None:
    (event,) = [e for e in statements(coder, text) if quote(e)]
    assert (speakers(event), quote(event)) == ({who}, words)
    assert event.facts.statement
    assert event.facts.statement.quote
    span = event.facts.statement.quote
    assert text[span.start : span.end] == words


@pytest.mark.parametrize(
    "text",
    [
        # private persons, titles, nicknames, signs, words in inverted commas
        '"My onions rot," said Ana Soto, 41, a trader in Lima.',
        'The French minister read a novel titled "The Last Treaty" on the train.',
        'Fans of the singer dubbed Peru\'s quarrel with Chile the "sardine war".',
        'A nurse in Quito held a sign reading "Not in our name".',
        'Some scholars speak of a "new Yalta".',
        # nothing is said
        'Peru\'s foreign minister declined to say whether the talks had been "useful".',
    ],
)
def test_what_nobody_of_weight_says_is_no_statement(coder: Coder, text: str) -> None:
    assert not [e for e in statements(coder, text) if quote(e)]


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ('"We will never accept this map," Peruvian Foreign Minister Ana Soto said.', "reject"),
        ('"This is an outrage and a crime," Peruvian Foreign Minister Ana Soto said.', "condemn"),
        ('"We are deeply worried," Peruvian Foreign Minister Ana Soto said.', "concern"),
        ('"They will pay dearly for it," Peruvian Foreign Minister Ana Soto said.', "threat"),
        ('"We will send more doctors," Peruvian Foreign Minister Ana Soto promised.', "pledge"),
        ('"It was raining when we arrived," Peruvian Foreign Minister Ana Soto said.', "comment"),
        ('Peruvian Foreign Minister Ana Soto called the treaty "a shameful surrender".', "condemn"),
        ('Peruvian Foreign Minister Ana Soto called the treaty "a landmark".', "praise"),
        ('Peru expressed "deep regret" over the shooting.', "regret"),
        ('Peru voiced concern that the dam would dry up its rivers.', "concern"),
        ('Peru warned Chile that it would close the border.', "warn"),
        ('Peru rejected the accusation as "pure invention".', "denial"),
        ("Peru promised that the road would be rebuilt.", "pledge"),
        ("Peru is worried about the missiles.", "concern"),
    ],
)  # fmt: skip
def test_which_stance_it_takes(coder: Coder, text: str, stance: str) -> None:
    found = {e.facts.statement.stance for e in statements(coder, text) if e.facts.statement}
    assert found == {stance}


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ('Peru\'s foreign minister told his Chilean counterpart that the road was "long".', "CHL"),
        (
            '"We condemn the attack by Bolivia," President Gabriel Boric of Chile told Peruvian Foreign Minister Elmer Schialer.',
            "PER",
        ),
        (
            '"We condemn the attack by Bolivia," Chilean President Gabriel Boric said to the Brazilian ambassador.',
            "BRA",
        ),
        (
            "Chilean President Gabriel Boric told the Brazilian ambassador that he condemned the attack by Bolivia.",
            "BRA",
        ),
    ],
)
def test_to_whom_it_is_said(coder: Coder, text: str, whom: str) -> None:
    said = statements(coder, text)
    found = {p.mention.actor.country for e in said for p in e.facts.participants if p.role is Role.ADDRESSEE}
    assert found == {whom}


@pytest.mark.parametrize(
    "text",
    [
        '"We condemn the attack by Bolivia," Chilean President Gabriel Boric told reporters.',
        "Chilean President Gabriel Boric told the Brazilian ambassador that Peru had condemned the attack by Bolivia.",
    ],
)
def test_who_condemns_speaks_to_nobody_whom_another_tells_of_it(coder: Coder, text: str) -> None:
    condemning = [e for e in statements(coder, text) if e.facts.cameo.startswith("111")]
    assert condemning
    assert not [
        p for e in condemning for p in e.facts.participants if p.role is Role.ADDRESSEE and p.mention.actor.country
    ]


def test_a_denial_and_the_words_of_it_are_one_statement_of_who_says_them(coder: Coder) -> None:
    (event,) = statements(coder, 'Peru denied it. "The road is long," Peruvian Foreign Minister Ana Soto said.')
    assert (speakers(event), quote(event)) == ({"person:PER:ana-soto"}, "The road is long,")
    assert event.facts.statement
    assert event.facts.statement.stance == "denial"


def test_statements_with_words_of_their_own_stay_apart(coder: Coder) -> None:
    text = 'Peru called the raid "barbaric". It called the sanctions "a crime".'
    assert [quote(e) for e in statements(coder, text)] == ["barbaric", "a crime"]


def test_an_official_without_a_country_is_of_the_state_that_acts_before(coder: Coder) -> None:
    text = 'Ana Soto met them in Oslo.\n\nCroatia would not budge. "They will see our judge," Interior Minister Ivo Babic said.'
    assert {"person:HRV:ivo-babic"} in [speakers(e) for e in statements(coder, text)]


def test_whether_somebody_regretted_is_open(coder: Coder) -> None:
    for event in statements(coder, "Asked whether Peru regretted the raid, Ana Soto left the room."):
        assert event.facts.modality is not Modality.ASSERTED


def test_an_indirect_word_without_a_stance_is_no_event(coder: Coder) -> None:
    assert not statements(coder, "Peruvian Foreign Minister Ana Soto said that it was raining in Lima.")


BELOW_THE_HEADLINE = """

Russian Foreign Minister Sergei Lavrov met Turkish President Recep Tayyip Erdogan in Moscow on Monday.

They spoke by telephone with Israeli Prime Minister Benjamin Netanyahu for an hour."""


def in_headline(coder: Coder, headline: str) -> list[Event]:
    return [
        e
        for e in statements(coder, headline + BELOW_THE_HEADLINE)
        if e.facts.sentence.kind is ParagraphKind.TITLE and e.facts.trigger.text == ":"
    ]


@pytest.mark.parametrize(
    ("headline", "who", "stance"),
    [
        # persons, offices, seats of governments, organisations, armed groups
        ("Lavrov: talks useful", "person:RUS:sergei-lavrov", "welcome"),
        ("Lavrov: the West wants war", "person:RUS:sergei-lavrov", "comment"),
        ("Erdogan: we will send more troops", "person:TUR:recep-tayyip-erdogan", "pledge"),
        ("UN chief: ceasefire is fragile", "igo:un:IGO:chief", "concern"),
        ("UN chief: stop the war in Sudan", "igo:un:IGO:chief", "demand"),
        ("German Foreign Minister: sanctions will stay", "DEU:GOV:foreign-minister", "comment"),
        ("Kremlin: no plans for summit", "RUS:GOV", "comment"),
        ("The White House: we welcome the deal", "USA:GOV", "welcome"),
        ("NATO: Russia must withdraw troops", "igo:nato", "demand"),
        ("Red Cross: prisoners are in good health", "ngo:icrc", "comment"),
        ("Hamas: Israel broke the truce", "arm:hamas", "condemn"),
        # a country that speaks for itself
        ("Iran: we will not negotiate under pressure", "IRN", "reject"),
        ("Iran: no intention of closing the strait", "IRN", "reject"),
    ],
)
def test_who_stands_alone_before_the_colon_of_a_headline_speaks(
    coder: Coder, headline: str, who: str, stance: str
) -> None:
    (event,) = in_headline(coder, headline)
    assert event.facts.statement
    assert (speakers(event), event.facts.statement.stance, quote(event)) == ({who}, stance, None)
    assert event.facts.modality is Modality.ASSERTED


@pytest.mark.parametrize(
    "headline",
    [
        # labels and explainers, of whomever
        "Ukraine: what we know so far",
        "Syria: a timeline",
        "Gaza: explainer",
        "Russia-Ukraine war: live",
        "White House: live updates",
        "Hamas: a history",
        "NATO: why it matters",
        "Lavrov: how Russia lost the West",
        "Erdogan: the man who would be sultan",
        "Kremlin: who will succeed Putin?",
        "Netanyahu: his life in pictures",
        # a country or a person of whom others speak
        "Syria: rebels leave Homs",
        "Iran: the west must act",
        "Yemen: no end in sight",
        "Turkey: election is on Sunday",
        "Netanyahu: police say he took bribes",
        "Erdogan: latest polls show him ahead",
        # no actor, or more than the actor
        "Football: Brazil win the cup",
        "Police: suspect is in custody",
        "Lavrov in Ankara: talks were useful",
    ],
)
def test_a_label_before_the_colon_of_a_headline_says_nothing(coder: Coder, headline: str) -> None:
    assert not in_headline(coder, headline)


def test_a_colon_below_the_headline_needs_a_quotation(coder: Coder) -> None:
    text = "Ministers meet in Moscow" + BELOW_THE_HEADLINE + "\n\nLavrov: talks were useful, and will go on."
    assert not [e for e in statements(coder, text) if e.facts.trigger.text == ":"]
