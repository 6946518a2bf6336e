"""Who stands in a role: from a noun phrase to the actors it denotes or names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from etl.knowledge.short_forms import load_short_forms
from etl.records import ActorKind, ActorMention
from etl.transform.actors import named_actors
from etl.transform.arguments import Arguments, arguments, conjuncts, noun_modifiers, prepositions, through_partitive
from etl.transform.cast import Scene
from etl.transform.clauses import JOINT_NOUNS

if TYPE_CHECKING:
    from spacy.tokens import Token

DEFAULT_TARGET = (
    "object", "dative", "inside", "against", "on", "upon", "to", "with", "toward", "towards", "at", "over", "from", "of", "for",
    "into", "between", "clause", "place",
)  # fmt: skip
# 'on behalf of', 'in the name of', 'on the side of': who stands behind, not who is meant
_PATRONS = frozenset({"behalf", "name", "side", "sake"})
_NAMED_FOR_SEATS = frozenset(
    "process talk conference agreement deal accord summit declaration convention treaty framework round protocol".split()
)
_ALLIES = frozenset(
    {"ally", "partner", "backer", "supporter", "proxy", "foe", "rival", "neighbour", "neighbor", "critic"}
)
_POINTING = frozenset({"the", "this", "these", "their", "both"})
# What of a clause tells nothing of whom its event is directed at.
_OUTSIDE = frozenset({"nsubj", "nsubjpass", "csubj", "conj", "ccomp", "parataxis", "agent", "appos", "punct"})
_ASIDE = frozenset(
    "alongside after before during since until despite amid following without like unlike because although while when under by".split()
)
# 'outside the Turkish embassy' is not in Turkey
_MISSIONS = frozenset({"embassy", "consulate", "mission", "residence", "headquarters", "office"})
_PLACES = (
    "in", "at", "inside", "near", "across", "into", "throughout", "through", "along", "outside", "off", "around",
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Memory:
    """What an article has spoken of so far, for its pronouns and short forms."""

    parties: tuple[ActorMention, ...] = ()
    """Those of the last event with two or more sides."""
    about: tuple[ActorMention, ...] = ()
    """Actors of the last sentence that were not its subject, for 'these developments'."""
    dyads: tuple[tuple[int, str, tuple[ActorMention, ...], tuple[ActorMention, ...]], ...] = ()
    """Sentence, CAMEO code, who acted and who was acted upon in the last events, the latest first, for 'the attack', 'vowed to respond'."""


@dataclass(slots=True)
class Roles:
    """Finds the actors behind the arguments in one document."""

    scene: Scene
    memory: Memory

    def actors(self, token: Token | None) -> tuple[ActorMention, ...]:
        """The actors that the noun phrase headed by `token`, and what is joined to it, stands for."""
        if token is None:
            return ()
        return unique(mention for joined in self._list(token) for mention in self._one(joined))

    def _list(self, token: Token) -> list[Token]:
        """What is joined to `token`; 'Egypt, the Emirates and Bahrain' is a list though parsers take it for an apposition."""
        out: list[Token] = []
        for joined in conjuncts(token):
            out.append(joined)
            here = self.scene.heads.get(joined.i)
            for child in joined.rights:
                there = self.scene.heads.get(child.i)
                if child.dep_ == "appos" and here and there and _are_two_states(here[0], there[0]):
                    out.extend(self._list(child))
        return out

    def loosely(self, token: Token | None) -> tuple[ActorMention, ...]:
        """As `actors`, else whom the phrase belongs to: 'Israeli bulldozers', 'Russia's decision'."""
        found = self.actors(token)
        if found or token is None:
            return found
        if (
            token.dep_ == "nsubj"
            and token.lemma_.lower() in JOINT_NOUNS
            and not self.modifiers(token)
            and any(c.lower_ in _POINTING for c in token.children)
        ):
            # 'The exchange also highlighted ...' speaks for those who held it
            return self._at(token, self.memory.parties)
        nouns = (through_partitive(joined) for joined in conjuncts(token))
        return unique(m for noun in nouns if noun.lemma_.lower() not in self.scene.private for m in self.owners(noun))

    def owners(self, noun: Token) -> tuple[ActorMention, ...]:
        """The possessors of `noun` and the countries and organisations named in its modifiers."""
        if noun.lemma_.lower() in _ALLIES:
            # 'America's Kurdish allies' are Kurds
            return tuple(m for m in self.modifiers(noun) if self._is_adjective(noun, m))
        possessors = [m for c in noun.children if c.dep_ == "poss" for m in self.actors(c)]
        return unique([*possessors, *self.modifiers(noun)])

    def _is_adjective(self, noun: Token, mention: ActorMention) -> bool:
        words = (t for t in noun_modifiers(noun) if self.scene.offset + t.idx == mention.start)
        return any(t.pos_ == "ADJ" or t.dep_ == "amod" for t in words)

    def modifiers(self, noun: Token) -> tuple[ActorMention, ...]:
        """Countries and organisations named before the head of a noun phrase: 'U.S.-Russian talks'."""
        out: list[ActorMention] = []
        seen: set[int] = set()
        for token in noun_modifiers(noun):
            name = self.scene.modifiers.get(token.i)
            if token.i in self.scene.heads:
                out.extend(self.scene.heads[token.i])
            elif name is not None and name.entry.kind == "capital" and noun.lemma_.lower() in _NAMED_FOR_SEATS:
                # 'the Geneva talks', 'the Riyadh agreement' are called after where they were
                continue
            elif name is not None and name.start not in seen and name.end <= noun.i:
                seen.add(name.start)
                out.append(self._mention(name.start, name.end, name.entry.actor))
        return tuple(out)

    def inside(self, noun: Token, depth: int = 3) -> tuple[ActorMention, ...]:
        """The actors named nearest to the head within its phrase: 'inspectors of the agency', 'aid to Serbia'."""
        level = [through_partitive(n) for n in conjuncts(noun)]
        for _ in range(depth):
            found = unique(m for n in level for m in self.owners(n))
            if found:
                return found
            found = unique(
                m for n in level for c in n.children if c.dep_ == "relcl" for m in self.actors(arguments(c).subject)
            )
            if found:
                return found
            found = unique(m for n in level for c in n.children if c.dep_ == "acl" for m in self.actors(_agent(c)))
            if found:
                # 'comments made by Trump'
                return found
            following = [obj for n in level for _, obj in prepositions(n)]
            found = unique(m for obj in following for m in self.actors(obj))
            if found:
                return found
            level = [through_partitive(obj) for obj in following]
        return ()

    def place(self, *heads: Token) -> tuple[ActorMention, ...]:
        """The countries where `heads` happen: 'in Haiti', 'in Baghdad'."""
        for head in heads:
            for prep, obj in prepositions(head):
                if prep.split()[-1] in _PLACES:
                    is_mission = obj.lemma_.lower() in _MISSIONS
                    for token in (
                        t
                        for joined in conjuncts(obj)
                        for t in (
                            *(() if is_mission else (joined, *noun_modifiers(joined))),
                            *(o for _, o in prepositions(joined)),
                        )
                    ):
                        name = self.scene.modifiers.get(token.i)
                        if name is not None and name.entry.actor.country and name.entry.kind != "person":
                            return (self._mention(name.start, name.end, name.entry.actor),)
        return ()

    def targets(
        self,
        order: Sequence[str],
        args: Arguments,
        noun: Token | None,
        exclude: Iterable[ActorMention],
        verb: Token,
        *,
        inner: Token | None = None,
    ) -> tuple[ActorMention, ...]:
        """The first actors found in the places of `order` that are not among `exclude`.

        `inner` is the noun within the phrase of `noun` whose prepositions count too: 'support' in 'expression of support for'.
        """
        excluded = {mention.actor.key for mention in exclude}
        preps = [
            *(prepositions(inner) if inner is not None else ()),
            *(prepositions(noun) if noun is not None else ()),
            *args.preps,
        ]
        object_ = args.object if args.object != noun else None
        if object_ is None and noun is None:
            object_ = args.object
        for where in order:
            found: tuple[ActorMention, ...] = ()
            if where == "object":
                found = self.actors(object_) or self.town(object_)
            elif where == "dative":
                found = self.actors(args.dative) or (
                    self.inside(args.dative, depth=1) if args.dative is not None else ()
                )
            elif where == "inside":
                found = self.inside(object_) if object_ is not None else ()
            elif where == "clause":
                clause = next((c for c in verb.children if c.dep_ in ("ccomp", "xcomp", "advcl")), None)
                if clause is not None:
                    within = arguments(clause)
                    found = self.loosely(within.subject) or self.loosely(within.object)
            elif where == "place":
                # 'seized a German engineer in Kabul': whose the object is comes before where it was
                own = self.owners(noun) if noun is not None and "inside" in order else ()
                found = tuple(m for m in own if m.actor.key not in excluded) or self.place(
                    *(t for t in (inner, noun, verb, object_) if t is not None)
                )
            else:
                # 'the meeting with X in Y': the noun's own prepositions come before those of its verb
                for prep, obj in preps:
                    if prep == where and obj.lemma_.lower() not in _PATRONS and (found := self._behind(obj)):
                        break
            found = tuple(m for m in found if m.actor.key not in excluded)
            if found:
                return named_actors(found)
        return self._pointed_at(args.object, excluded) if args.object is not None else ()

    def _pointed_at(self, noun: Token, excluded: Collection[str]) -> tuple[ActorMention, ...]:
        """Whose the thing is that a text points back to: 'condemned these developments', 'rejected the accusation'."""
        pointer = next((c.lower_ for c in noun.children if c.dep_ == "det"), None)
        may_be = load_short_forms().acts.get(noun.lemma_.lower())
        if may_be is None or pointer not in ("this", "these", "such", "the", "that", "those"):
            return ()
        for wanted in may_be:
            if wanted == "*" and pointer in ("this", "these", "such") and self.memory.about:
                return tuple(m for m in self._at(noun, self.memory.about) if m.actor.key not in excluded)
            for _, code, doers, _ in self.memory.dyads:
                others = tuple(m for m in doers if m.actor.key not in excluded)
                if others and (wanted == "*" or code.startswith(wanted)):
                    return self._at(noun, others)
        return ()

    def counterpart(self, sources: Sequence[ActorMention]) -> tuple[ActorMention, ...]:
        """The other side of the last event that `sources` took part in: Italy of 'Moscow warned that it would respond'."""
        own = {whose(m) for m in sources}
        for _, _, doers, others in self.memory.dyads:
            for one, two in ((doers, others), (others, doers)):
                if own & {whose(m) for m in one}:
                    return tuple(m for m in two if whose(m) not in own)
        return ()

    def near(self, roots: Iterable[Token], exclude: Iterable[ActorMention]) -> tuple[ActorMention, ...]:
        """The countries and organisations named nearest to `roots` in what depends on them, other than `exclude`.

        For an event whose target stands in no place of its frame: 'ready to contribute troops to a force in Liberia',
        'put its army on alert along the border with Sudan'. Clauses of their own are left alone.
        """
        excluded = {m.actor.key for m in exclude} | {m.actor.country for m in exclude if m.actor.country}
        level = [c for root in roots for c in root.children if c.dep_ not in _OUTSIDE and _is_within(c)]
        while level:
            found = unique(
                m
                for token in sorted(level, key=lambda t: t.i)
                for m in (*self.scene.heads.get(token.i, ()), *self._name_at(token))
                if (m.actor.country or m.actor.sector == "IGO")
                and m.actor.key not in excluded
                and m.actor.country not in excluded
            )
            if found:
                return found
            level = [c for token in level for c in token.children if _is_within(c)]
        return ()

    def _name_at(self, token: Token) -> tuple[ActorMention, ...]:
        name = self.scene.modifiers.get(token.i)
        if name is None or name.end - 1 != token.i or name.entry.kind == "person":
            return ()
        return (self._mention(name.start, name.end, name.entry.actor),)

    def town(self, token: Token | None) -> tuple[ActorMention, ...]:
        """The country of the town that `token` names: whose Omdurman is in 'shelled Omdurman', 'shelled the city, Omdurman'."""
        named = () if token is None else (token, *_appositions(token))
        name = next((self.scene.towns[t.i] for t in named if t.i in self.scene.towns), None)
        return (self._mention(name.start, name.end, name.entry.actor),) if name is not None else ()

    def sides_before(self, noun: Token) -> tuple[ActorMention, ...]:
        """The two sides of the last 'between X and Y' before `noun` in its sentence: 'ties between X and Y, sealed by the signing of'."""
        for token in reversed(noun.doc[noun.sent.start : noun.i]):
            if token.lower_ == "between":
                sides = unique(m for obj in token.children if obj.dep_ == "pobj" for m in self.actors(obj))
                if len(sides) > 1:
                    return sides
        return ()

    def _behind(self, obj: Token) -> tuple[ActorMention, ...]:
        if obj.pos_ in ("VERB", "AUX"):
            inner = arguments(obj)
            return self.actors(inner.object) or self.loosely(inner.object)
        return self.actors(obj) or self.inside(obj, depth=2)

    def _mention(self, start: int, end: int, actor: object) -> ActorMention:
        doc = self.scene.doc
        return ActorMention(
            actor=actor,  # type: ignore[arg-type]
            text=doc[start:end].text,
            start=self.scene.offset + doc[start].idx,
            end=self.scene.offset + doc[end - 1].idx + len(doc[end - 1]),
        )

    def _one(self, token: Token) -> tuple[ActorMention, ...]:
        found = self.scene.heads.get(token.i)
        if found:
            return found
        if named := next((m for c in _appositions(token) if (m := self.scene.heads.get(c.i))), ()):
            # 'his guest, Sheikh Hasina', 'attacked the capital, Tripoli'
            return named
        inner = through_partitive(token)
        if inner != token:
            return self.actors(inner) or self.owners(inner)
        return ()

    def _at(self, token: Token, mentions: tuple[ActorMention, ...]) -> tuple[ActorMention, ...]:
        return tuple(replace(m, text=token.text, start=self._start(token), end=self._end(token)) for m in mentions)

    def _start(self, token: Token) -> int:
        return self.scene.offset + token.idx

    def _end(self, token: Token) -> int:
        return self.scene.offset + token.idx + len(token)


def unique(mentions: Iterable[ActorMention]) -> tuple[ActorMention, ...]:
    """`mentions` with each actor once, in order."""
    seen: dict[str, ActorMention] = {}
    for mention in mentions:
        seen.setdefault(mention.actor.key, mention)
    return tuple(seen.values())


def _appositions(noun: Token) -> list[Token]:
    """The names that tell whom or what a common noun means; parsers take who speaks behind a name for one of these."""
    return [c for c in noun.rights if c.dep_ == "appos" and c.pos_ == "PROPN"] if noun.pos_ == "NOUN" else []


def _is_within(token: Token) -> bool:
    """Whether what `token` heads still tells of the event of its clause."""
    if token.dep_ in ("conj", "ccomp", "parataxis", "punct") and token.pos_ in ("VERB", "AUX"):
        return False
    if token.lemma_.lower() in _PATRONS or (token.dep_ == "prep" and token.lower_ in _ASIDE):
        return False
    if token.dep_ == "advcl":
        return not any(c.dep_ in ("mark", "advmod") and c.lower_ in _ASIDE for c in token.children)
    return True


def _are_two_states(one: ActorMention, two: ActorMention) -> bool:
    kinds = {one.actor.kind, two.actor.kind}
    return kinds == {ActorKind.COUNTRY} and one.actor.key != two.actor.key


def one_side(one: Sequence[ActorMention], two: Sequence[ActorMention]) -> bool:
    """Whether some of `one` and of `two` are on the same side."""
    return not {whose(m) for m in one}.isdisjoint(whose(m) for m in two)


def whose(mention: ActorMention) -> str:
    """Whose side somebody is on: the country for which he acts, else his own."""
    return mention.actor.country or mention.actor.key


def _agent(participle: Token) -> Token | None:
    """Who did what a participle tells: 'Trump' of 'comments made by Trump'."""
    args = arguments(participle)
    return args.subject if args.passive else None
