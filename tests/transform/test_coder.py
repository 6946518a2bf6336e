"""What becomes of single sentences: rules that no one frame shows."""

from __future__ import annotations

from datetime import date

import pytest

from etl.extract.text import article_from_text
from etl.records import Modality, Role
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
    together = [coded.mentions for _, coded in coder.code_many([article_from_text(t) for t in reversed(texts)])]
    assert together == alone[::-1]
    assert all(alone)


def test_police_and_students_are_of_the_place(coder: Coder) -> None:
    (event,) = link(coder.code(article_from_text("Police shot dead two students in Nairobi on Monday.")))
    assert {p.mention.actor.country for p in event.facts.participants} == {"KEN"}
    assert "COP" in {p.mention.actor.sector for p in event.facts.participants}


def countries(coder: Coder, text: str, code: str) -> tuple[set[str | None], set[str | None]]:
    """Countries (or keys of bodies of none) of sources or parties, and of targets, of the first event of a family."""
    event = next(e for e in link(coder.code(article_from_text(text))) if e.facts.cameo.startswith(code))
    sides: tuple[set[str | None], set[str | None]] = (set(), set())
    for p in event.facts.participants:
        sides[p.role in (Role.TARGET, Role.ABOUT)].add(p.mention.actor.country or p.mention.actor.key)
    return sides


@pytest.mark.parametrize(
    ("text", "code", "sources", "targets"),
    [
        # where no place of the frame names a target: the nearest country within the clause
        ("Denmark is willing to send engineers to a rescue mission in Nepal.", "03", {"DNK"}, {"NPL"}),
        ("Greece put its navy on alert along the sea border with Turkey.", "152", {"GRC"}, {"TUR"}),
        # one's own people, where nobody else is named
        ("Opposition parties in Kenya demanded sweeping political reforms.", "104", {"KEN"}, {"KEN"}),
        ("The Peruvian government lifted the state of emergency.", "081", {"PER"}, {"PER"}),
        # whom a protest is against stands in its purpose
        ("Farmers in Lyon blocked roads to protest against a decision by Spain.", "14", {"FRA"}, {"ESP"}),
        # whose the object is comes before where it was
        ("Gunmen seized a German engineer in Kabul.", "1", {"AFG"}, {"DEU"}),
        # minorities are of the country they live in
        ("The Russians of Latvia demanded autonomy.", "104", {"LVA"}, {"LVA"}),
        # 'US' is a country, not the pronoun
        ("The US criticised Hungary on Monday.", "111", {"USA"}, {"HUN"}),
        # a list that a parser takes for an apposition
        ("Kuwait, the United Arab Emirates, Oman and Bahrain condemned Iran.", "111", {"KWT", "ARE", "OMN", "BHR"}, {"IRN"}),
        # a name behind a common noun tells which is meant; whoever says so behind a name does not
        ("Libya's eastern army attacked the capital, Tripoli.", "190", {"LBY"}, {"LBY"}),
        ("Sudan's army shelled a market town, Chad said on Monday.", "194", {"SDN"}, set()),
        # an agent behind what the passive says of its patient
        ("A Chadian diplomat was declared persona non grata by Niger.", "166", {"NER"}, {"TCD"}),
        # names with 'of' inside
        ("The Council of Europe urged Armenia to hold free elections.", "024", {"igo:coe"}, {"ARM"}),
        # 'city of' names a place, not a person
        ("Rebels captured the Congolese city of Bukavu.", "192", {"COD"}, {"COD"}),
        # a ministry is of the country before it, and of its home where none is
        ("The German Foreign Office condemned the attack on Israel.", "111", {"DEU"}, {"ISR"}),
        ("The Foreign Office summoned the Iranian ambassador.", "114", {"GBR"}, {"IRN"}),
        # names within longer names, days that are names of groups
        ("The governor of New Jersey criticised Cuba.", "111", {"USA"}, {"CUB"}),
        ("Tamil Nadu protested against Nepal.", "111", {"IND"}, {"NPL"}),
        ("On November 17 Greece expelled two Libyan diplomats.", "166", {"GRC"}, {"LBY"}),
        # territories and states of the past
        ("South Vietnam accused North Vietnam of attacking villages.", "112", {"RVN"}, {"VDR"}),
        ("New Caledonian separatists attacked French police in Noumea.", "190", {"NCL"}, {"FRA"}),
    ],
)  # fmt: skip
def test_who_does_it_to_whom(coder: Coder, text: str, code: str, sources: set[str], targets: set[str]) -> None:
    assert countries(coder, text, code) == (sources, targets)


@pytest.mark.parametrize(
    ("before", "text", "code", "sources", "targets"),
    [
        ("Chile expelled two Peruvian diplomats on Monday.", "Lima condemned the step.", "111", {"PER"}, {"CHL"}),
        ("Chile expelled two Peruvian diplomats on Monday.", "Peru vowed to retaliate.", "13", {"PER"}, {"CHL"}),
        ("Fighting broke out between Sudan's army and rebels.", "The army shelled Omdurman.", "194", {"SDN"}, {"SDN"}),
    ],
)
def test_what_an_article_points_back_to(
    coder: Coder, before: str, text: str, code: str, sources: set[str], targets: set[str]
) -> None:
    assert countries(coder, f"{before} {text}", code) == (sources, targets)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Workers in Accra blocked roads to demand the resignation of the president.", "1441"),
        ("Students in Dhaka demonstrated, demanding equal rights.", "1413"),
        ("Monks in Yangon rallied to demand democracy.", "1414"),
    ],
)
def test_what_a_protest_is_for_is_no_event_beside_it(coder: Coder, text: str, code: str) -> None:
    assert [e.facts.cameo for e in link(coder.code(article_from_text(text)))] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "Germany warned that the rebels would attack Mali.",
        "Germany insisted that the rebels remained strong.",
        "Italy rarely criticises Malta.",
        "Spain could expel the Chilean ambassador.",
    ],
)
def test_what_is_feared_or_rare_is_no_fact(coder: Coder, text: str) -> None:
    events = link(coder.code(article_from_text(text)))
    assert not [e for e in events if e.facts.modality is Modality.ASSERTED and not e.facts.cameo.startswith("01")]


def test_a_namesake_is_not_the_holder_of_an_office(coder: Coder) -> None:
    (event,) = link(coder.code(article_from_text("State Secretary Marta Putin of Estonia visited Oslo.")))
    assert "RUS" not in {p.mention.actor.country for p in event.facts.participants}


def test_a_holders_name_misspelt_by_a_letter(coder: Coder) -> None:
    assert countries(coder, "President Francois Mitterand praised Togo.", "05") == ({"FRA"}, {"TGO"})


def test_reports_of_acts_towards_different_targets_stay_apart(coder: Coder) -> None:
    text = "Norway praised Kenya on Monday. Later Norway praised Kenya and Uganda."
    assert len([e for e in link(coder.code(article_from_text(text))) if e.facts.cameo.startswith("05")]) == 2


def test_explanation_names_what_fired_and_what_did_not(coder: Coder) -> None:
    (found,) = coder.explain(article_from_text("Chile refused to sign the accord with Peru."))
    assert {m.actor.country for m in found.actors} == {"CHL", "PER"}
    assert [(e.cameo, e.modality) for e in found.events] == [("127", Modality.ASSERTED)]
    sign = [t for t in found.tried if t.word == "sign"]
    assert [t.what for t in sign if t.fired] == ["057"]
    assert all(t.why for t in sign)
    assert any(t.word == "refused" and t.what == "refuse" and t.fired for t in found.tried)


@pytest.mark.parametrize(
    ("text", "code", "modality"),
    [
        ("Kyiv said Russian columns had crossed into Ukraine.", "19", "alleged"),
        ("Norway said Russian columns had crossed into Ukraine.", "19", "asserted"),
        ("Turkey claims to have encircled Afrin in Syria.", "19", "alleged"),
        ("Iran is said to have shelled Iraqi positions.", "19", "alleged"),
        ("Serbia denied reports that it had armed the rebels in Bosnia.", "07", "negated"),
        ("Iran reached no agreement with Iraq.", "03", "negated"),
        ("Any Russian attack on Poland would trigger war.", "19", "hypothetical"),
        ("Will Iran attack Iraq?", "13", "hypothetical"),
        ("Isis reportedly shelled a town in Syria and executed a Syrian officer.", "1", "alleged"),
        ("Chad must respect the truce and free the Libyan prisoners.", "08", "demanded"),
    ],
)
def test_who_says_so_and_how_surely(coder: Coder, text: str, code: str, modality: str) -> None:
    found = {
        e.facts.modality.value for e in link(coder.code(article_from_text(text))) if e.facts.cameo.startswith(code)
    }
    assert found == {modality}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tehran insisted it had not sent drones to Sudan.", "016"),
        ("Delegations from Israel and Lebanon met in Cyprus.", "044"),
        ("Russia launched strikes against Syria.", "190"),
        ("French rail workers launched a strike on Monday.", "143"),
        ("Soldiers from Azerbaijan forced Armenian villagers to carry ammunition.", "170"),
        ("Spain announced a suspension of aid to Chad.", "162"),
        ("Hungary promised to cut taxes.", "0342"),
        ("Iceland became the first country to recognise Estonia.", "054"),
    ],
)
def test_the_code_that_the_whole_sentence_gives(coder: Coder, text: str, code: str) -> None:
    assert link(coder.code(article_from_text(text)))[0].facts.cameo.startswith(code)


def test_whom_an_attack_killed_is_no_event_beside_it(coder: Coder) -> None:
    (event,) = link(coder.code(article_from_text("Turkish soldiers shot and killed a Greek fisherman near Cyprus.")))
    assert {p.mention.actor.country for p in event.facts.participants} == {"TUR", "GRC"}


def test_what_a_sentence_tells_of_long_ago_is_not_of_today(coder: Coder) -> None:
    text = "France expelled two Chadian diplomats.\n\nIn 2016, when Peru and Chile were at odds, Peru recalled its ambassador from Santiago and Chile condemned Peru."
    events = link(coder.code(article_from_text(text, published=date(2024, 5, 6))))
    today = [e for e in events if e.facts.date.start == date(2024, 5, 6)]
    assert [e.facts.cameo for e in today] == ["166"]
    assert not today[0].facts.background
    old = [e for e in events if e not in today]
    assert old
    assert all(e.facts.background and e.facts.date.start in (None, date(2016, 1, 1)) for e in old)


@pytest.mark.parametrize(
    ("text", "code", "sides"),
    [
        # the passive of giving: what is given is the object, who is given it the target
        ("The deposed Malian ruler was granted asylum by Morocco in 1991.", "075", ({"MAR"}, {"MLI"})),
        ("Laos was lent forty million dollars by Japan on Monday.", "071", ({"JPN"}, {"LAO"})),
        # a past tense that a parser takes for a participle before its noun
        ("A Greek warship escorted relief ships into Tripoli.", "074", ({"GRC"}, {"LBY"})),
        # what is left of a thing is that thing
        ("Canada is bringing home the last of its brigade from Latvia.", "087", ({"CAN"}, {"LVA"})),
        # told by those who did it, after the event: no intent
        ("Kenya had withdrawn its troops from Somalia, the ministry announced.", "087", ({"KEN"}, {"SOM"})),
        ("Peru and Chile began building a railway, officials of both countries announced.", "061", ({"PER", "CHL"}, set())),
        # the verb under 'began' is the event, however much else it could be under another
        ("Norway started pumping gas to Poland.", "061", ({"NOR"}, {"POL"})),
    ],
)  # fmt: skip
def test_what_was_done_is_found_however_it_is_put(
    coder: Coder, text: str, code: str, sides: tuple[set[str], set[str]]
) -> None:
    assert countries(coder, text, code) == sides


def test_a_time_is_no_particle(coder: Coder) -> None:
    coded = coder.code(article_from_text("A Polish sailor was given a medal by Italy in 1991."))
    assert not [m for m in coded if m.cameo.startswith("08")]


def test_what_is_announced_for_later_is_an_intent(coder: Coder) -> None:
    coded = link(coder.code(article_from_text("Japan announced that it would send rice to Laos.")))
    assert [e.facts.cameo for e in coded] == ["033"]


def test_public_bodies_are_of_the_country_that_the_article_is_about(coder: Coder) -> None:
    text = "Growth slowed in Portugal again. After a night of talks the unions suspended their strike."
    assert countries(coder, text, "082")[0] == {"PRT"}


def test_private_persons_are_of_no_country_that_an_article_is_about(coder: Coder) -> None:
    text = "Growth slowed in Portugal again. The baker blamed his customers and refused to lower his prices."
    assert not coder.code(article_from_text(text))
