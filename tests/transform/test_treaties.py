"""Treaties: which names are of one, which steps are taken with it by whom, what it provides for; and what is no treaty."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from db.errors import CommuniqueError
from etl.extract.text import article_from_text
from etl.knowledge.loader import FOLDER
from etl.knowledge.treaties import load_treaty_words
from etl.records import Event, Modality, Treaty
from etl.transform.coder import Coder
from etl.transform.linking import link

PACT = (
    "The Comprehensive Strategic Partnership Treaty was signed in Pyongyang on Wednesday by Vladimir Putin and Kim Jong Un.\n\n"
    "Under the new partnership treaty, Russia and North Korea must come to each other's aid if attacked. The pact also provides for "
    "joint exercises. The State Duma is expected to ratify the document in October."
)


def steps(coder: Coder, text: str) -> list[Event]:
    """The events of `text`, published on 20 June 2024, that do something to a treaty."""
    article = article_from_text(text, published=date(2024, 6, 20))
    return [event for event in link(coder.code(article)) if event.facts.treaty]


def told(coder: Coder, text: str) -> set[tuple[str, str, str]]:
    """Action, who takes the step and modality of each."""
    return {
        (
            e.facts.treaty.action,
            " ".join(sorted({m.actor.country or m.actor.key for m in e.facts.treaty.by})),
            e.facts.modality.value,
        )
        for e in steps(coder, text)
        if e.facts.treaty
    }


def treaties(coder: Coder, text: str) -> list[Treaty]:
    found = {e.facts.treaty.treaty.id: e.facts.treaty.treaty for e in steps(coder, text) if e.facts.treaty}
    return list(found.values())


def test_many_names_are_one_treaty(coder: Coder) -> None:
    (treaty,) = treaties(coder, PACT)
    assert (treaty.name, treaty.kind) == ("Comprehensive Strategic Partnership Treaty", "treaty")
    assert [n.text for n in treaty.names] == [
        "The Comprehensive Strategic Partnership Treaty",
        "the new partnership treaty",
        "The pact",
        "the document",
    ]
    assert all(PACT[n.start : n.end] == n.text for n in treaty.names)
    assert {m.actor.key for m in treaty.parties} == {"RUS", "PRK"}
    assert [m.actor.country for m in treaty.signatories] == ["RUS", "PRK"]
    assert treaty.venue is not None
    assert treaty.venue.name == "Pyongyang"
    assert {p.code for p in treaty.provisions} == {"mutual_defence", "military_cooperation"}
    assert all(PACT[p.span.start : p.span.end] == p.span.text for p in treaty.provisions)
    assert told(coder, PACT) == {("signed", "PRK RUS", "asserted"), ("ratified", "RUS", "planned")}


def test_the_same_article_gives_the_same_treaty(coder: Coder) -> None:
    assert treaties(coder, PACT) == treaties(coder, PACT)
    assert treaties(coder, PACT)[0].id != treaties(coder, f"{PACT} It rained.")[0].id


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("Peru and Ecuador have concluded a protocol on navigation rights.", ("signed", "ECU PER", "asserted")),
        (
            "Ministers of Chile and Bolivia put pen to paper on a memorandum of understanding.",
            ("signed", "BOL CHL", "asserted"),
        ),
        ("Japan acceded to the Hague Convention in 2014.", ("signed", "JPN", "asserted")),
        (
            "Kazakhstan deposited its instrument of accession to the Statelessness Convention.",
            ("signed", "KAZ", "asserted"),
        ),
        (
            "The signing of the treaty between Brazil and Argentina took place at noon.",
            ("signed", "ARG BRA", "asserted"),
        ),
        ("Negotiators from Norway and Russia initialled a boundary treaty.", ("initialled", "NOR RUS", "asserted")),
        ("The Polish Sejm voted to ratify the Lisbon Treaty on Tuesday.", ("ratified", "POL", "asserted")),
        ("Georgia's parliament has given its approval to the agreement with Armenia.", ("ratified", "GEO", "asserted")),
        ("The pact has never been ratified by Israel.", ("ratified", "ISR", "negated")),
        ("The agreement must still be ratified by Finland.", ("ratified", "FIN", "planned")),
        ("Russian deputies rejected the border treaty with Estonia.", ("ratified", "RUS", "negated")),
        ("The trade pact between Canada and Chile came into effect on Monday.", ("in_force", "CAN CHL", "asserted")),
        (
            "Spain and Morocco amended their fishing agreement to cut the number of licences.",
            ("amended", "ESP MAR", "asserted"),
        ),
        ("The United States and Russia extended the New START treaty.", ("extended", "RUS USA", "asserted")),
        ("India has put the Indus Waters Treaty in abeyance.", ("suspended", "IND", "asserted")),
        ("Russia suspended its participation in the Open Skies Treaty.", ("suspended", "RUS", "asserted")),
        ("The United States announced its withdrawal from the Paris Agreement.", ("withdrawn", "USA", "asserted")),
        ("North Korea pulled out of the Nuclear Non-Proliferation Treaty in 2003.", ("withdrawn", "PRK", "asserted")),
        ("Egypt abrogated the 1936 treaty with Britain in 1951.", ("terminated", "EGY", "asserted")),
        ("The pact between Libya and Malta has lapsed.", ("terminated", "LBY MLT", "asserted")),
        ("Pakistan accused India of violating the ceasefire along the line.", ("violated", "IND", "alleged")),
        ("Ukraine said Russia had broken the truce 12 times.", ("violated", "RUS", "alleged")),
        ("Turkey denied that it had violated the Montreux Convention.", ("violated", "TUR", "negated")),
        ("Iran breached the nuclear accord by enriching uranium.", ("violated", "IRN", "asserted")),
        ("Iceland and Britain have agreed the text of a fisheries agreement.", ("negotiated", "GBR ISL", "asserted")),
    ],
)
def test_a_step_in_its_many_wordings(coder: Coder, text: str, step: tuple[str, str, str]) -> None:
    assert step in told(coder, text)


@pytest.mark.parametrize(
    "text",
    [
        "Boeing inked a deal with Emirates to sell 50 jets.",
        "A Spanish oil company signed a $300 million agreement to drill two wells in Bolivia.",
        "The Brazilian striker signed a three-year deal with Chelsea.",
        "Germany signed a declaration of war against Poland.",
        "Russia has floated a peace plan that neither side has accepted.",
        "France urged Iran and Iraq to accept a draft treaty.",
        "Treaties are there to be kept, Chile said.",
        "Who signed the treaty with Peru?",
    ],
)
def test_what_is_no_treaty(coder: Coder, text: str) -> None:
    assert steps(coder, text) == []


def test_two_treaties_of_one_article_stay_two(coder: Coder) -> None:
    first, second = treaties(
        coder,
        "Chad and Sudan signed a non-aggression pact in Dakar on Thursday. The Tripoli Agreement, concluded in February 2006, was broken "
        "within weeks by both sides. The pact bars each country from arming rebels.",
    )
    assert (first.name, second.name) == ("non-aggression pact", "Tripoli Agreement")
    assert [n.text for n in first.names][-1] == "The pact"


def parties(treaty: Treaty) -> str:
    return " ".join(sorted(m.actor.country or m.actor.key for m in treaty.parties))


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        (
            "Brazil and Norway signed a trade accord on Monday. Kenya ratified the Ramsar Convention on Tuesday.",
            "BRA NOR",
            "KEN",
        ),
        (
            "Brazil and Norway signed a border treaty on Monday. A Chilean study found that the treaty between Kenya and Uganda was dead.",
            "BRA NOR",
            "KEN UGA",
        ),
        (
            "Laos and Thailand initialled a rail agreement on Friday. The agreement between Vietnam and Cambodia was suspended in March.",
            "LAO THA",
            "KHM VNM",
        ),
        (
            "Kenya and Uganda signed a border treaty on Monday. The treaty between Kenya and Tanzania was suspended in March.",
            "KEN UGA",
            "KEN TZA",
        ),
        (
            "Peru and Chile signed a trade pact on Monday. The Kenya-Uganda treaty was suspended in March.",
            "CHL PER",
            "KEN UGA",
        ),
        (
            "Mali and Niger signed a security accord on Sunday. Kenya's treaty with Somalia has lapsed.",
            "MLI NER",
            "KEN SOM",
        ),
        (
            "Ghana and Togo signed a fisheries agreement on Monday. India has withdrawn from the Kyoto Protocol.",
            "GHA TGO",
            "IND",
        ),
        (
            "Poland and Lithuania signed a defence pact on Monday. The Treaty of Lausanne was violated by Turkey, a historian said.",
            "LTU POL",
            "TUR",
        ),
        (
            "Peru and Chile signed a trade agreement on Monday. Kenya ratified the African Continental Free Trade Agreement on Tuesday.",
            "CHL PER",
            "KEN",
        ),
        (
            "Peru and Chile sign pact\n\nPeru and Chile signed a trade pact in Lima. Kenya and Uganda signed a border pact on Monday.",
            "CHL PER",
            "KEN UGA",
        ),
    ],
)
def test_a_treaty_of_others_is_another(coder: Coder, text: str, first: str, second: str) -> None:
    assert sorted(map(parties, treaties(coder, text))) == sorted((first, second))


@pytest.mark.parametrize(
    "text",
    [
        "Russia and North Korea signed a new partnership treaty. The Comprehensive Strategic Partnership Treaty must be ratified by the Duma.",
        "Russia, North Korea sign defence pact\n\nRussia and North Korea signed the Comprehensive Strategic Partnership Treaty on Wednesday.",
        "Russia and North Korea signed a defence pact on Wednesday. Russia and North Korea will ratify the Comprehensive Strategic Partnership "
        "Treaty in July.",
        "Russia and North Korea signed a landmark treaty on Wednesday. The Comprehensive Strategic Partnership Treaty takes effect in July.",
        "Kenya and Uganda signed a border treaty on Monday. The Kenya-Uganda treaty must be ratified by parliament in Nairobi.",
        "Ecuador signed a border agreement with Peru on Monday. The agreement with Peru takes effect in July.",
        "Germany ratified the trade deal on Monday. The agreement between the EU and Canada takes effect in July.",
        "Ethiopia and Eritrea signed a peace deal in Jeddah on Monday. The Jeddah Agreement takes effect in July.",
        "NAIROBI, June 20 (Reuters) - Kenya and Somalia signed a refugee agreement on Thursday. The Nairobi agreement takes effect in July.",
        "Peru and Chile signed a border treaty on Monday. The Treaty of Arica, as it is known, takes effect in July.",
        "Peru and Chile signed a border treaty, known as the Treaty of Arica, on Monday. The Treaty of Arica takes effect in July.",
        "Peru and Chile signed a border deal on Monday. The deal will be called the Arica Treaty. The treaty takes effect in July.",
        "Mali, Niger and Burkina Faso signed a pact in Bamako, the Liptako Charter, on Monday. The charter takes effect in July.",
    ],
)
def test_another_name_of_a_treaty_is_not_another_treaty(coder: Coder, text: str) -> None:
    assert len(treaties(coder, text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Peru and Chile signed a border treaty on Monday. The Ottawa Convention was never ratified, a lawyer in Lima said.",
        "Peru and Chile signed a border treaty on Monday, ignoring the Ottawa Convention. The Ottawa Convention was never ratified, a lawyer said.",
        "Brazil and Norway signed a treaty on Monday. Kenya's treaty was suspended in March.",
        "Egypt and Sudan signed a water treaty on Monday. The Madrid Protocol entered into force in 1998.",
    ],
)
def test_a_treaty_with_a_name_or_an_owner_of_its_own_is_lent_no_parties(coder: Coder, text: str) -> None:
    assert {action for action, *_ in told(coder, text)} == {"signed"}


def test_what_belongs_to_a_treaty_is_of_its_parties(coder: Coder) -> None:
    found = told(
        coder, "Peru and Chile signed a border treaty on Monday. Its companion, the Neutrality Treaty, has lapsed."
    )
    assert ("terminated", "CHL PER", "asserted") in found


def test_steps_of_one_sentence_have_their_own_dates(coder: Coder) -> None:
    found = steps(
        coder,
        "The border treaty between Kenya and Uganda was initialled in March 2018 and signed in May 2019.",
    )
    dates = {e.facts.treaty.action: e.facts.date.start for e in found if e.facts.treaty}
    assert dates == {"initialled": date(2018, 3, 1), "signed": date(2019, 5, 1)}


def test_a_treaty_is_deposited_with_somebody(coder: Coder) -> None:
    (treaty,) = treaties(
        coder,
        "Ethiopia and Eritrea signed a peace agreement on Tuesday. The agreement was deposited with the African Union.",
    )
    assert treaty.depositary is not None
    assert treaty.depositary.actor.key == "igo:au"


def test_those_who_are_not_named_are_the_parties(coder: Coder) -> None:
    (event,) = (
        e
        for e in steps(coder, "Peru and Chile signed a treaty on Monday. It takes effect in July.")
        if "07" in str(e.facts.date.start)
    )
    assert {p.mention.actor.key for p in event.facts.participants} == {"PER", "CHL"}
    assert event.facts.modality in (Modality.ASSERTED, Modality.PLANNED)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("obliges each party to defend the other against armed attack", "mutual_defence"),
        ("gives American forces the use of five airfields", "basing"),
        ("lifts tariffs on steel and cars", "trade"),
        ("lets Germany send back asylum seekers", "migration"),
        ("resumes direct flights", "transport"),
        ("sets up 500 scholarships", "education"),
        ("returns the looted bronzes to Nigeria", "culture"),
        ("opens corridors for food and medicine", "humanitarian_access"),
        ("requires the rebels to hand in their guns", "disarmament"),
        ("gives the rebels five ministries", "power_sharing"),
        ("provides for a referendum on independence", "elections"),
        ("obliges Japan to pay $500 million to victims", "reparations"),
        ("lets inspectors visit any site at short notice", "monitoring"),
        ("provides for the exchange of secret information", "intelligence_sharing"),
        ("obliges banks to report suspicious transfers", "money_laundering"),
        ("spares firms from being taxed twice", "tax"),
        ("provides for joint launches of satellites", "space"),
        ("allows Nepalese goods to cross India", "transit"),
        ("protects the language of the Hungarian minority", "minorities"),
        ("requires both armies to pull back their guns", "demilitarisation"),
    ],
)
def test_provisions_in_many_wordings(coder: Coder, words: str, code: str) -> None:
    (treaty,) = treaties(coder, f"Peru and Chile signed a treaty on Monday. The treaty {words}.")
    assert code in {p.code for p in treaty.provisions}


def test_what_happens_beside_a_treaty_is_no_provision_of_it(coder: Coder) -> None:
    (treaty,) = treaties(
        coder, "Peru and Chile signed a treaty on Monday. Elections were held in Peru, and schools were shut."
    )
    assert treaty.provisions == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  treaty: [treaty,", "  treatise: [treaty,", "'treatise' is not among treaty_kind"),
        ('    code: "046"', '    code: "946"', "'946' is none of cameo.tsv"),
        ("  accord: [accord]", "  accord: [accord, pact]", "'pact' stands under two kinds"),
        ("referring: [", "refering: [", "referring"),
    ],
)
def test_a_slip_in_the_words_of_treaties_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    for path in FOLDER.glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "predicates").mkdir()
    for path in (FOLDER / "predicates").glob("*.*"):
        (tmp_path / "predicates" / path.name).write_bytes(path.read_bytes())
    file = tmp_path / "treaties.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CommuniqueError, match=r"treaties\.yaml") as error:
        load_treaty_words(file)
    assert said in str(error.value)
