"""What the coder does with the user's dictionaries: names as news writes them, dates of office, agents, who wins."""

from __future__ import annotations

from datetime import date

import pytest

from etl.extract.dictionaries import parse_dictionary
from etl.extract.text import article_from_text
from etl.knowledge import Knowledge, load_knowledge, with_dictionaries
from etl.records import Actor, ActorKind
from etl.transform.coder import Coder
from etl.transform.name_forms import forms

OWN = """\
DEPARTMENT_OF_STATE_AFFAIRS [ROUGOV]
ANA_BELO_
\t[PRTGOV 19990115-20020406]
\t[PRTOPP 20020406-20080101]
\t[PRT]
ORINOCO_PACT [IGOSAM]
+WHO_KNOWS
MARSH_GUARDS [KENREB]
HAMAS [PSEGOV]
BEEKEEPER [~AGR]
RIVER_PATROL_OFFICER [~COP]
BROKER [~BUS]
BILL_CLINTON [USAELI >20010120]
EREWHON [NZL]
MUAMMAR_GADDAFI [LBYMIL]
BRIGADIER [~REB]
"""


def knowing(text: str) -> Knowledge:
    dictionary = parse_dictionary(text, knowledge=load_knowledge())
    assert dictionary.rejects == ()
    return with_dictionaries(load_knowledge(), [dictionary.entries])


@pytest.fixture(scope="module")
def own_coder() -> Coder:
    return Coder(scored=False, knowledge=knowing(OWN))


def actors(coder: Coder, text: str, on: date | None = date(2005, 5, 5)) -> dict[str, Actor]:
    mentions = coder.code(article_from_text(text, published=on))
    return {p.mention.text: p.mention.actor for m in mentions for p in m.participants}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("DEPARTMENT OF STATE", {"Department of State", "Department Of State", "DEPARTMENT OF STATE"}),
        ("UN SECURITY COUNCIL", {"UN Security Council", "Un Security Council", "UN SECURITY COUNCIL"}),
        ("O'NEILL", {"O'Neill", "O'NEILL"}),
        ("CHILDREN'S FUND", {"Children's Fund", "CHILDREN'S FUND"}),
        ("JOHN MCCAIN", {"John McCain", "JOHN MCCAIN"}),
        ("ABD AL-RAHMAN", {"Abd Al-Rahman", "Abd al-Rahman", "ABD AL-RAHMAN"}),
        ("KIM HONG-KYUN", {"Kim Hong-Kyun", "KIM HONG-KYUN"}),
        # what with small letters would be a common word stays as it is
        ("WHO", {"WHO"}),
        ("US", {"US"}),
        ("NATO", {"Nato", "NATO"}),
        # what has small letters is taken as it is
        ("al-Shabaab", {"al-Shabaab"}),
        ("ÉLYSÉE", {"Élysée", "ÉLYSÉE"}),
    ],
)
def test_names_in_capitals_as_news_writes_them(name: str, written: set[str]) -> None:
    assert set(forms(name)) == written


def test_a_name_is_found_in_every_form(own_coder: Coder) -> None:
    for name in ("Department of State Affairs", "Department Of State Affairs", "DEPARTMENT OF STATE AFFAIRS"):
        found = actors(own_coder, f"The {name} condemned Hungary on Friday.")
        assert [(a.country, a.sector, a.name) for t, a in found.items() if t != "Hungary"] == [
            ("ROU", "GOV", "Department of State Affairs")
        ]


@pytest.mark.parametrize(
    ("on", "sector"),
    [
        (date(1999, 1, 14), None),
        (date(1999, 1, 15), "GOV"),
        (date(2002, 4, 5), "GOV"),
        (date(2002, 4, 6), "OPP"),
        (date(2009, 1, 1), None),
    ],
)
def test_the_code_that_is_valid_on_the_day_of_the_article_counts(
    own_coder: Coder, on: date, sector: str | None
) -> None:
    belo = actors(own_coder, "Ana Belo criticised Kenya.", on)["Ana Belo"]
    assert (belo.key, belo.kind, belo.country, belo.sector) == ("person:PRT:ana-belo", ActorKind.PERSON, "PRT", sector)


def test_bodies_of_no_country_and_rebels(own_coder: Coder) -> None:
    found = actors(own_coder, "The Orinoco Pact condemned the Marsh Guards.")
    assert {(a.country, a.sector) for a in found.values()} == {(None, "IGO"), ("KEN", "REB")}


def test_common_words_are_no_names(own_coder: Coder) -> None:
    assert "who" not in " ".join(actors(own_coder, "Kenya asked who knows, and condemned Uganda.")).split()


def test_agents_take_their_country_from_the_text(own_coder: Coder) -> None:
    found = actors(
        own_coder, "French beekeepers blocked roads in Lyon. A Kenyan river patrol officer arrested two Ugandans."
    )
    assert {("FRA", "AGR"), ("KEN", "COP")} <= {(a.country, a.sector) for a in found.values()}


def test_an_agent_of_the_user_is_none_of_private_life(coder: Coder, own_coder: Coder) -> None:
    text = "Kenyan brokers condemned Uganda."
    assert ("KEN", "BUS") not in {(a.country, a.sector) for a in actors(coder, text).values()}
    assert ("KEN", "BUS") in {(a.country, a.sector) for a in actors(own_coder, text).values()}


def test_an_agent_of_the_user_wins_over_a_title(coder: Coder, own_coder: Coder) -> None:
    text = "The Kenyan brigadier condemned Uganda."
    assert [[a.sector for a in actors(one, text).values() if a.country == "KEN"] for one in (coder, own_coder)] == [
        ["MIL"],
        ["REB"],
    ]


def test_the_user_wins_over_the_gazetteer_and_its_key_stays(coder: Coder, own_coder: Coder) -> None:
    text = "Hamas condemned Egypt on Friday."
    before, after = actors(coder, text)["Hamas"], actors(own_coder, text)["Hamas"]
    assert (before.sector, after.sector) == ("REB", "GOV")
    assert before.key == after.key


def test_outside_its_dates_the_gazetteer_holds(own_coder: Coder) -> None:
    text = "Bill Clinton condemned Iraq on Friday."
    in_office = actors(own_coder, text, date(1998, 2, 2))["Bill Clinton"]
    later = actors(own_coder, text, date(2003, 2, 2))["Bill Clinton"]
    assert (in_office.key, in_office.sector) == (later.key, "GOV")
    assert later.sector == "ELI"


def test_whom_the_gazetteer_knows_as_a_person_is_one_without_dates_too(coder: Coder, own_coder: Coder) -> None:
    text = "Muammar Gaddafi condemned Chad on Friday."
    before, after = actors(coder, text)["Muammar Gaddafi"], actors(own_coder, text)["Muammar Gaddafi"]
    assert (before.key, before.kind) == (after.key, after.kind)
    assert (before.sector, after.sector) == ("GOV", "MIL")


def test_a_country_code_alone_stands_for_the_country(own_coder: Coder) -> None:
    erewhon = actors(own_coder, "Erewhon condemned Iraq on Friday.")["Erewhon"]
    assert (erewhon.key, erewhon.kind, erewhon.name) == ("NZL", ActorKind.COUNTRY, "New Zealand")


def test_a_dictionary_that_says_what_the_gazetteer_says_changes_no_coding(coder: Coder) -> None:
    same = Coder(scored=False, knowledge=knowing("FRANCE_ [FRA]\n+PARIS_\n+FRENCH_\n+FRENCHMEN\nNATO [IGO]\n"))
    for text in (
        "French troops shelled Malian rebels near Gao.",
        "Protesters in Paris condemned Iran.",
        "Paris told NATO that it would withdraw.",
    ):
        article = article_from_text(text)
        assert same.code(article) == coder.code(article)


def test_the_version_of_the_knowledge_follows_what_the_dictionaries_say() -> None:
    base = load_knowledge()
    versions = {base.version, knowing("FOO [PRT]").version, knowing("FOO [ESP]").version}
    assert len(versions) == 3
    assert knowing("# a comment more\n\nFOO [PRT]\n").version == knowing("FOO [PRT]").version
    assert with_dictionaries(base, []) is base
