"""The coder: an article in, its event mentions out. Pure: no clock, no network, no database."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from etl.knowledge import Knowledge, load_knowledge
from etl.knowledge.predicates import Predicates, load_predicates
from etl.records import (
    Actor,
    ActorKind,
    ActorMention,
    Article,
    Coded,
    DateBasis,
    EventMention,
    Modality,
    ParagraphKind,
    Participant,
    Place,
    Role,
    Sentence,
    Span,
    StatementReport,
    TreatyReport,
    Trigger,
)
from etl.transform.actors import ActorFinder
from etl.transform.arguments import arguments, prepositions
from etl.transform.cast import Cast, Scene
from etl.transform.clauses import SAYING, reporting_verb
from etl.transform.dates import BACKGROUND_DAYS, Chronology, DateMention, carrier, find_dates, is_ahead
from etl.transform.explain import Explanation, explain_sentence
from etl.transform.features import content_words, features_of
from etl.transform.frames import Candidate
from etl.transform.groups import settle_groups
from etl.transform.language import DEFAULT_MODEL, keep_whole, load_pipeline, plain
from etl.transform.modality import modality_of
from etl.transform.names import Named
from etl.transform.places import PlaceMention, country_of_place, find_places, place_of
from etl.transform.predicates import PredicateFinder
from etl.transform.quotes import Quotation
from etl.transform.references import References
from etl.transform.roles import Memory, Roles, whose
from etl.transform.sayings import Sayings, Told
from etl.transform.scorer import Scorer, load_scorer
from etl.transform.statements import addressees, statement_of
from etl.transform.treaties import Treaties
from etl.transform.treaty_events import step_modality
from etl.transform.treaty_steps import Step
from etl.transform.treaty_words import TreatyFinder
from etl.transform.unnamed import settled
from etl.transform.whereabouts import Whereabouts

if TYPE_CHECKING:
    from datetime import date

    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Words

# Praise, inquiry, criticism, refusal, threats, sanctions: where they name nobody, they answer who acted last.
_ANSWERING = ("05", "09", "11", "12", "13", "16")
_DYADS = 8
_SENTENCES = 5
_TWO = 2
_LEAST_CONFIDENCE = 0.5
"""Below it none of the mentions coded in the project's articles is right; they are left out."""
_SAID = 0.55
"""How sure a statement is that a quotation or a verb of saying alone shows: about the share of them that is right."""
_LOOKING_BACK = frozenset({"anniversary", "commemorate", "commemoration", "historic", "former", "then"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A candidate event as the frames propose it, and what the scorer goes by."""

    mention: EventMention
    features: tuple[str, ...]
    sentence_words: frozenset[str]
    article_words: frozenset[str]


class Coder:
    """Codes articles with one language model and one set of knowledge files.

    The same article gives the same mentions in any process and in any order.
    """

    def __init__(
        self,
        *,
        model: str = DEFAULT_MODEL,
        knowledge: Knowledge | None = None,
        predicates: Predicates | None = None,
        scored: bool = True,
    ) -> None:
        """`scored`: whether the learned scorer judges what the frames propose."""
        self._scorer = load_scorer() if scored else None
        self._nlp = load_pipeline(model)
        self._knowledge = knowledge or load_knowledge()
        known = predicates or load_predicates()
        keep_whole(self._nlp, known.hyphenated)
        self._actors = ActorFinder(self._knowledge, self._nlp)
        self._predicates = PredicateFinder(known)
        self._treaties = TreatyFinder()

    @property
    def model(self) -> str:
        """Name and version of the language model."""
        return f"{self._nlp.meta['lang']}_{self._nlp.meta['name']} {self._nlp.meta['version']}"

    def parse(self, text: str) -> str:
        """The dependency parse of `text`: each word with its relation and its head."""
        doc = self._nlp(plain(text))
        return " ".join(f"{t.text}/{t.tag_}/{t.dep_}<{t.head.text}" for t in doc)

    def content_words(self, text: str) -> frozenset[str]:
        """The lemmas by which `text` tells what it is about."""
        return content_words(self._nlp(plain(text)))

    def why_nothing(self, text: str) -> str:
        """Why no event was found in `text`: ``no trigger``, ``no actor``, or ``no frame`` where both are there."""
        doc = self._nlp(plain(text))
        if not any(self._predicates.may_hold_event(sent) for sent in doc.sents):
            return "no trigger"
        scene = self._actors.scene(doc, 0, Cast(), None)
        return "no frame" if scene.heads or scene.named else "no actor"

    def explain(self, article: Article) -> tuple[Explanation, ...]:
        """How each sentence of `article` is coded."""
        explained: list[Explanation] = []
        self._reading(article, explaining=explained).mentions(self._docs(article))
        return tuple(explained)

    def actors(self, article: Article) -> tuple[ActorMention, ...]:
        """Every actor that `article` names or calls by a short form, in the order of the text."""
        reading = self._reading(article)
        reading.mentions(self._docs(article))
        found = (m for scene in reading.scenes for mentions in scene.heads.values() for m in mentions)
        return tuple(sorted(found, key=lambda m: (m.start, m.end)))

    def code(self, article: Article) -> tuple[EventMention, ...]:
        """The event mentions of `article`, in the order of the text."""
        return next(self.code_many([article]))[1].mentions

    def proposals(self, article: Article) -> list[Proposal]:
        """Every candidate event of `article`, before any scorer: what a scorer is trained on."""
        proposals: list[Proposal] = []
        self._reading(article, proposals=proposals).mentions(self._docs(article))
        return [p for p in proposals if not p.mention.is_private]

    def _reading(
        self,
        article: Article,
        *,
        explaining: list[Explanation] | None = None,
        proposals: list[Proposal] | None = None,
    ) -> _Reading:
        scorer = self._scorer if proposals is None else None
        return _Reading(
            article, self._knowledge, self._actors, self._predicates, self._treaties, scorer, explaining, proposals
        )

    def _docs(self, article: Article) -> list[Doc]:
        return [self._nlp(plain(article.text[p.start : p.end])) for p in article.paragraphs]

    def code_many(self, articles: Iterable[Article], *, batch_size: int = 8) -> Iterator[tuple[Article, Coded]]:
        """Each article with what is in it, in order; texts go through the parser in batches of `batch_size` articles."""
        stream = iter(articles)
        while batch := list(islice(stream, batch_size)):
            texts = (plain(a.text[p.start : p.end]) for a in batch for p in a.paragraphs)
            docs = self._nlp.pipe(texts, batch_size=32)
            for article in batch:
                yield article, self._code(article, [next(docs) for _ in article.paragraphs])

    def _code(self, article: Article, docs: Sequence[Doc]) -> Coded:
        reading = self._reading(article)
        found = reading.mentions(docs)
        return Coded(
            mentions=tuple(m for m in found if not m.is_private),
            private=tuple(m for m in found if m.is_private),
            persons=tuple(person.actor for person in reading.cast.persons.values()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A sentence as it is read: its dates, its places, and the countries that it names."""

    sent: Words
    sentence: Sentence
    dates: Sequence[DateMention]
    places: Sequence[PlaceMention]
    named: Collection[str]
    according: Sequence[Token]
    """Its words 'according'."""
    looks_back: bool
    """Whether it speaks of an anniversary or the like."""
    times: Chronology
    """What the article has told of times before it."""


class _Reading:
    """One article being read: what it has spoken of so far, and what was coded."""

    def __init__(
        self,
        article: Article,
        knowledge: Knowledge,
        actors: ActorFinder,
        predicates: PredicateFinder,
        treaties: TreatyFinder,
        scorer: Scorer | None,
        explaining: list[Explanation] | None,
        proposals: list[Proposal] | None,
    ) -> None:
        self._article = article
        self._scorer = scorer
        self._explaining = explaining
        self._proposals = proposals
        self._content: frozenset[str] = frozenset()
        """The content words of the article,"""
        self._topic = 0
        """what the scorer says they are about,"""
        self._off_topic = False
        """and whether that surely is not politics."""
        self._doubted: list[tuple[EventMention, float]] = []
        """Of the sentence being read: what the scorer left out, and how likely it finds it."""
        self._knowledge = knowledge
        self._finder = actors
        self._predicates = predicates
        self._memory = Memory()
        self.scenes: list[Scene] = []
        """Whom each paragraph read speaks of."""
        self.cast = Cast()
        self._index = 0
        self._whereabouts = Whereabouts(article)
        self._sayings = Sayings(article)
        self._home = country_of_place(article.dateline.place) if article.dateline else None
        self._spoken_of: set[str] = {self._home} if self._home else set()
        dateline_on = article.dateline.on if article.dateline else None
        self._reference: date | None = dateline_on or article.published_on
        year = self._reference.year if self._reference else None
        self._id = article.id
        self._treaties = Treaties(treaties, article, actors.names.country_actor, year)
        basis = DateBasis.DATELINE if dateline_on else DateBasis.PUBLISHED if self._reference else DateBasis.NONE
        self._times = Chronology(self._reference, basis)

    def mentions(self, docs: Sequence[Doc]) -> tuple[EventMention, ...]:
        """Every mention, those of private persons too, which nothing else depends on."""
        cast = self.cast
        for doc in docs:
            self._finder.gather(doc, cast, self._reference)
        self._references = references = References(cast, self._finder, self._predicates.acts, self._home)
        if self._scorer is not None or self._proposals is not None:
            self._content = content_words(t for doc in docs for t in doc)
        if self._scorer is not None:
            self._topic = self._scorer.topic(self._content)
            self._off_topic = self._scorer.off_topic(self._topic, self._content)
        out: list[EventMention] = []
        for number, (paragraph, doc) in enumerate(zip(self._article.paragraphs, docs, strict=True)):
            scene = self._finder.scene(doc, paragraph.start, cast, self._reference)
            self.scenes.append(scene)
            self._spoken_of |= {m.actor.country for ms in scene.heads.values() for m in ms if m.actor.country}
            begun: dict[int, list[Named]] = defaultdict(list)
            for name in scene.named:
                begun[name.start].append(name)
            roles = Roles(scene, self._memory)
            self._times.begin_paragraph()
            first = len(out)
            read: list[_Read] = []
            for sent in doc.sents:
                sentence = self._sentence(sent, paragraph.kind, paragraph.start)
                if sentence is None:
                    continue
                references.read(sent, scene)
                settle_groups(sent, scene, self._finder.names.part_of, pointed_at=True)
                dates = find_dates(sent, offset=paragraph.start)
                places = _places(sent, scene)
                named = _countries_in(sent, scene, begun, {t.i for m in places for t in (m.head, *m.head.lefts)})
                self._whereabouts.read(
                    sent, sentence, scene, places, paragraph=number, countries=named, spoken_of=self._spoken_of
                )
                times = copy(self._times)
                according = [t for t in sent if t.lower_ == "according"]
                read.append(
                    _Read(
                        sent=sent,
                        sentence=sentence,
                        dates=dates,
                        places=places,
                        named=named,
                        according=according,
                        looks_back=any(t.pos_ == "NOUN" and t.lemma_.lower() in _LOOKING_BACK for t in sent),
                        times=times,
                    )
                )
                found = self._sentence_mentions(read[-1], roles)
                coded = [m for m in found if not m.is_private]
                self._times.remember(dates)
                if self._explaining is not None:
                    self._explaining.append(
                        explain_sentence(sent, sentence.index, roles, self._predicates, self._doubted)
                    )
                self._doubted = []
                out.extend(found)
                self._remember(coded)
            out[first:] = self._with_sayings(number, doc, roles, read, out[first:])
        least = _LEAST_CONFIDENCE if self._scorer is None and self._proposals is None else 0.0
        out = self._treaties.with_parties(out, self._home, scored=self._scorer is not None)
        out = self._treaties.settled(self._whereabouts.settled(out, self._spoken_of))
        out = [self._with_evidence(m) for m in out if m.confidence >= least]
        if self._explaining is not None:
            # statements that only their quotations show, and what became of the others once the whole article was read
            of = {
                e.index: tuple(m for m in out if m.sentence.index == e.index and not m.is_private)
                for e in self._explaining
            }
            self._explaining[:] = [replace(e, events=of[e.index]) for e in self._explaining]
        return tuple(out)

    def _sentence(self, sent: Words, kind: ParagraphKind, offset: int) -> Sentence | None:
        start, end = offset + sent.start_char, offset + sent.end_char
        text = self._article.text[start:end]
        if not text.strip():
            return None
        sentence = Sentence(index=self._index, kind=kind, start=start, end=end, text=text)
        self._index += 1
        return sentence

    def _sentence_mentions(self, read: _Read, roles: Roles) -> list[EventMention]:
        sent, sentence = read.sent, read.sentence
        candidates = self._predicates.find(sent, roles) if self._predicates.may_hold_event(sent) else []
        steps = self._treaties.read(sent, roles, sentence.index, is_title=sentence.kind is ParagraphKind.TITLE)
        events = self._treaties.candidates(candidates, steps)
        order = sorted(events, key=lambda e: (_clause_depth(e[0].anchor), e[0].alone, e[0].head.i))
        out = []
        for candidate, step in order:
            mention = self._judged(candidate, self._mention(candidate, read, roles, step), roles.scene.offset)
            if mention is not None:
                self._whereabouts.note(mention, candidate.head)
                out.append(mention)
        return out

    def _mention(self, candidate: Candidate, read: _Read, roles: Roles, step: Step | None = None) -> EventMention:
        """The report of `candidate`, a `step` of a treaty or none, in the sentence `read`."""
        sentence, offset = read.sentence, roles.scene.offset
        if candidate.code.startswith(_ANSWERING) and candidate.sources and not (candidate.targets or candidate.parties):
            candidate = replace(candidate, targets=roles.counterpart(candidate.sources))
        code = self._knowledge.cameo[candidate.code]
        event_type = code.event_type
        where = place_of(
            _carriers(candidate, event_type),
            read.places,
            countries=read.named,
            spoken_of=self._spoken_of,
            type=event_type,
            code=code.code,
        )
        ground = self._ground(candidate, roles, where)
        if candidate.code == "040" and ground is not None and _is_third(ground[0], candidate):
            code = self._knowledge.cameo["044"]
        # who leaves or breaks a treaty acts; to say so is another's act
        left = step is not None and candidate.code.startswith("12")
        statement = None if left else statement_of(candidate, event_type)
        if statement is not None and not candidate.addressees:
            candidate = replace(candidate, addressees=addressees(candidate.anchor, roles))
        participants = settled(
            self._participants(candidate, event_type),
            candidate.code,
            ground,
            self._finder.names.part_of,
            self._home,
            roles.scene.country,
        )
        modality = step_modality(step, candidate) if step else modality_of(candidate)
        dated = carrier(candidate)
        planned = modality is not Modality.ASSERTED or (
            candidate.code.startswith("03") and is_ahead(dated) is not False
        )
        when = read.times.date_of(dated, read.dates, planned=planned, kind=sentence.kind, words=candidate.words)
        return self._with_evidence(
            EventMention(
                article_id=self._id,
                type=event_type,
                cameo=code.code,
                plover=code.plover or None,
                mode=code.mode or None,
                context=tuple(code.contexts),
                quad_class=code.quad_class,
                goldstein=code.goldstein,
                modality=modality,
                background=when.rule == "several" or read.looks_back or self._is_long_ago(when.end),
                confidence=_confidence(candidate, participants, modality),
                date=when,
                place=where,
                attribution=self._attribution(candidate, read.according, roles),
                participants=participants,
                trigger=self._trigger(candidate, offset),
                sentence=sentence,
                treaty=self._treaties.report(step, candidate) if step else None,
                statement=statement,
                is_private=not any(_is_political(p.mention.actor) for p in participants),
            )
        )

    def _with_sayings(
        self, number: int, doc: Doc, roles: Roles, read: Sequence[_Read], coded: Sequence[EventMention]
    ) -> list[EventMention]:
        """`coded` of a paragraph with what is quoted in it, and the statements that only its quotations and verbs of saying show."""
        out = list(coded)
        misread: set[int] = set()
        known = {m.id for m in out}
        starts = [r.sent.start for r in read]
        for told in self._sayings.told(number, doc, roles, coded):
            if told.instead is not None:
                misread.add(told.instead)
            if told.mention is not None:
                out[told.mention] = self._quoting(out[told.mention], told)
            elif told.candidate is not None:
                head = told.candidate.head
                at = bisect_right(starts, head.i) - 1
                within = at >= 0 and head.i < read[at].sent.end
                mention = self._mention(told.candidate, read[at], roles) if within else None
                if mention is not None and not self._off_topic and mention.id not in known:
                    known.add(mention.id)
                    self._whereabouts.note(mention, head)
                    sure = _SAID if self._scorer else max(mention.confidence, _SAID)
                    out.append(self._quoting(replace(mention, confidence=sure), told))
        return [self._voiced(number, m) for i, m in enumerate(out) if i not in misread]

    def _voiced(self, number: int, mention: EventMention) -> EventMention:
        """`mention` with the words quoted within its trigger: 'her expression of "firm support"'."""
        statement, trigger = mention.statement, mention.trigger
        if statement is None or statement.quote is not None:
            return mention
        quotes = self._sayings.quotes_in(number)
        at = bisect_left(quotes, trigger.start, key=lambda q: q.start)
        within = quotes[at] if at < len(quotes) and quotes[at].start < trigger.end else None
        return replace(mention, statement=replace(statement, quote=self._words(within)))

    def _quoting(self, mention: EventMention, told: Told) -> EventMention:
        """`mention` as the statement that was `told`, with its quotation and by the person who says it."""
        statement = mention.statement or StatementReport(stance=told.stance)
        quote = self._words(told.quote) or statement.quote
        speakers = tuple(m for m in told.speakers if m.actor.key.startswith("person:"))
        others = [p for p in mention.participants if p.role is not Role.SOURCE]
        acting = [p for p in mention.participants if p.role is Role.SOURCE]
        if speakers and len(acting) == 1 and not acting[0].mention.actor.key.startswith("person:"):
            # 'Sudan denied it. "We have no interest in this," its minister said'
            acting = [Participant(role=Role.SOURCE, mention=m) for m in speakers]
        there = {p.mention.actor.key for p in mention.participants}
        others += [Participant(role=Role.ADDRESSEE, mention=m) for m in told.addressees if m.actor.key not in there]
        return self._with_evidence(
            replace(
                mention,
                participants=(*acting, *others),
                statement=replace(statement, quote=quote),
                confidence=mention.confidence if self._scorer else max(mention.confidence, _SAID),
            )
        )

    def _words(self, quote: Quotation | None) -> Span | None:
        if quote is None:
            return None
        return Span(text=self._article.text[quote.start : quote.end], start=quote.start, end=quote.end)

    def _judged(self, candidate: Candidate, mention: EventMention, offset: int) -> EventMention | None:
        """`mention` with the confidence that the scorer gives it; None where it is left out."""
        if self._scorer is None and self._proposals is None:
            return mention
        features, words = features_of(candidate, mention, offset), content_words(candidate.head.sent)
        if self._proposals is not None:
            self._proposals.append(
                Proposal(mention=mention, features=features, sentence_words=words, article_words=self._content)
            )
        if self._scorer is None:
            return mention
        judgement = self._scorer.judge(features, topic=self._topic, sentence=words)
        if self._off_topic or not judgement.accepted:
            self._doubted.append((mention, judgement.real))
            return None
        return replace(mention, confidence=round(judgement.right, 2))

    def _participants(self, candidate: Candidate, event_type: str) -> tuple[Participant, ...]:
        if candidate.parties and not candidate.targets and not candidate.sources:
            groups = [(Role.PARTY, candidate.parties), (Role.HOST, candidate.hosts)]
        elif event_type == "treaty":
            groups = [(Role.PARTY, candidate.everyone)]
        else:
            others = Role.ABOUT if event_type == "statement" and candidate.code == "014" else Role.TARGET
            groups = [(Role.SOURCE, (*candidate.sources, *candidate.parties)), (others, candidate.targets)]
        groups.append((Role.ADDRESSEE, candidate.addressees))
        seen: set[str] = set()
        out = []
        for role, mentions in groups:
            for mention in mentions:
                if mention.actor.key not in seen:
                    seen.add(mention.actor.key)
                    out.append(Participant(role=role, mention=mention))
        return tuple(out)

    def _ground(self, candidate: Candidate, roles: Roles, where: Place | None) -> tuple[str, ActorMention] | None:
        """The country in which an event happens, with the words that say so."""
        inner = candidate.embedded
        heads = [candidate.head, candidate.anchor, *([inner.head, inner.anchor] if inner else [])]
        objects = [arguments(t).object for t in heads if t.pos_ in ("VERB", "AUX")]
        named = roles.place(*heads, *(t for t in objects if t is not None))
        if named and named[0].actor.country:
            return named[0].actor.country, named[0]
        if where is None:
            return None
        mention = ActorMention(
            actor=self._finder.names.country_actor(where.country),
            text=where.span.text,
            start=where.span.start,
            end=where.span.end,
        )
        return where.country, mention

    def _attribution(self, candidate: Candidate, according: Iterable[Token], roles: Roles) -> ActorMention | None:
        if who := next(filter(None, (_behind_to(roles, token) for token in according)), None):
            return who
        verb = reporting_verb(candidate.anchor)
        if verb is None:
            return None
        speakers = roles.loosely(arguments(verb).subject)
        return speakers[0] if speakers else None

    def _is_long_ago(self, end: date | None) -> bool:
        return end is not None and self._reference is not None and (self._reference - end).days > BACKGROUND_DAYS

    def _trigger(self, candidate: Candidate, offset: int) -> Trigger:
        first, last = candidate.words[0], candidate.words[-1]
        if last.i - first.i > 12:
            first = last = candidate.head
        start, end = offset + first.idx, offset + last.idx + len(last)
        return Trigger(text=self._article.text[start:end], start=start, end=end)

    def _with_evidence(self, mention: EventMention) -> EventMention:
        """`mention` with every span's text as the article has it, typographic quotes and all."""
        text = self._article.text

        def exact(actor: ActorMention) -> ActorMention:
            return replace(actor, text=text[actor.start : actor.end])

        def words(span: Span) -> Span:
            return Span(text=text[span.start : span.end], start=span.start, end=span.end)

        statement: StatementReport | None = mention.statement
        if statement is not None and statement.quote is not None:
            statement = replace(statement, quote=words(statement.quote))
        report: TreatyReport | None = mention.treaty
        if report is not None:
            treaty = report.treaty
            report = replace(
                report,
                by=tuple(exact(m) for m in report.by),
                treaty=replace(
                    treaty,
                    names=tuple(words(n) for n in treaty.names),
                    parties=tuple(exact(m) for m in treaty.parties),
                    signatories=tuple(exact(m) for m in treaty.signatories),
                    depositary=exact(treaty.depositary) if treaty.depositary else None,
                    venue=replace(treaty.venue, span=words(treaty.venue.span)) if treaty.venue else None,
                    provisions=tuple(replace(p, span=words(p.span)) for p in treaty.provisions),
                ),
            )
        place: Place | None = replace(mention.place, span=words(mention.place.span)) if mention.place else None
        return replace(
            mention,
            participants=tuple(replace(p, mention=exact(p.mention)) for p in mention.participants),
            attribution=exact(mention.attribution) if mention.attribution else None,
            date=replace(mention.date, span=words(mention.date.span)) if mention.date.span else mention.date,
            place=place,
            treaty=report,
            statement=statement,
        )

    def _remember(self, coded: Sequence[EventMention]) -> None:
        memory = self._memory
        for mention in coded:
            doers = tuple(p.mention for p in mention.participants if p.role in (Role.SOURCE, Role.PARTY))
            if not mention.background and mention.modality is not Modality.NEGATED:
                memory.dyads = ((self._index, mention.cameo, doers, _others(mention)), *memory.dyads)[:_DYADS]
        memory.dyads = tuple(dyad for dyad in memory.dyads if self._index - dyad[0] < _SENTENCES)
        for mention in coded:
            sides = [p.mention for p in mention.participants if p.role in (Role.PARTY, Role.SOURCE, Role.TARGET)]
            countries = set(map(whose, sides))
            if mention.type in _JOINT and len(countries) > 1 and mention.modality is Modality.ASSERTED:
                memory.parties = tuple(sides)
                self._references.took_part(memory.parties)
            elif mention.type == "statement" and (about := _others(mention)):
                memory.about = about


def _is_political(actor: Actor) -> bool:
    """Whether an actor acts for a country or an organisation, or holds an office; private persons alone make no event."""
    if actor.kind is ActorKind.PERSON:
        return actor.country is not None or actor.office is not None
    return actor.country is not None or not actor.key.startswith("group:")


_JOINT = frozenset({"call", "meeting", "negotiation", "visit", "agreement", "mediation"})


def _is_third(country: str, candidate: Candidate) -> bool:
    """Whether `country` is a third one for those who meet (CAMEO 044)."""
    parties = {m.actor.country for m in candidate.everyone if m.actor.country}
    return len(parties) >= _TWO and country not in parties


def _others(mention: EventMention) -> tuple[ActorMention, ...]:
    return tuple(p.mention for p in mention.participants if p.role in (Role.TARGET, Role.ABOUT))


def _behind_to(roles: Roles, according: Token) -> ActorMention | None:
    for prep, obj in prepositions(according):
        if prep == "to":
            found = roles.loosely(obj)
            if found:
                return found[0]
    return None


def _carriers(candidate: Candidate, event_type: str) -> tuple[Token, ...]:
    """The words on which the place of an event hangs; of a plan to meet or to visit also those of the meeting or visit."""
    inner = candidate.embedded
    planned = (inner.head, inner.anchor) if inner is not None and candidate.code.startswith("036") else ()
    objects = ("dobj",) if event_type == "statement" else ("dobj", "pobj")
    words = (t for t in candidate.words if t.pos_ == "NOUN" and t.dep_ in objects and t.i > candidate.head.i)
    return tuple(dict.fromkeys((candidate.head, candidate.anchor, *words, *planned)))


def _places(sent: Words, scene: Scene) -> tuple[PlaceMention, ...]:
    """The places that `sent` names; persons called like a town only where more is known of them than that name."""
    taken = [
        (m.start, m.end)
        for i in range(sent.start, sent.end)
        for m in scene.heads.get(i, ())
        if m.actor.kind is ActorKind.PERSON and not (m.actor.country is None and country_of_place(m.actor.name))
    ]
    return find_places(sent, offset=scene.offset, taken=taken)


def _countries_in(sent: Words, scene: Scene, named: Mapping[int, Sequence[Named]], towns: Collection[int]) -> set[str]:
    """The countries that `sent` names, or of whose persons it speaks; not those guessed from its `towns` (indices).

    `named` are the names of the paragraph by where they begin.
    """
    words = range(sent.start, sent.end)
    actors = [n.entry.actor for i in words if i not in towns for n in named.get(i, ())]
    actors += [m.actor for i in words for m in scene.heads.get(i, ()) if m.actor.key.startswith("person:")]
    return {actor.country for actor in actors if actor.country}


def _clause_depth(token: Token) -> int:
    """How many clauses deep a trigger stands; what is said counts as deep as who says it."""
    depth = 0
    for current in (token, *token.ancestors):
        if current.dep_ in ("ccomp", "parataxis") and current.head.lemma_.lower() in SAYING:
            continue
        if current.dep_ in ("relcl", "acl", "advcl", "ccomp", "xcomp", "pcomp", "appos", "parataxis", "prep", "csubj"):
            depth += 1
    return depth


def _confidence(candidate: Candidate, participants: Sequence[Participant], modality: Modality) -> float:
    """A first estimate, 0 to 1: how specific the words and how complete the participants are."""
    value = 0.5 + 0.05 * min(candidate.score, 4)
    known = [
        p
        for p in participants
        if p.mention.actor.country or p.mention.actor.sector or p.mention.actor.key.startswith("person:")
    ]
    roles = {p.role for p in known}
    if len(known) > 1 and (Role.PARTY in roles or len(roles) > 1):
        value += 0.2
    if candidate.alone:
        value -= 0.15
    value -= 0.05 * min(_clause_depth(candidate.anchor), 2)
    if any(p.mention.text.lower() in ("he", "she", "it", "they", "his", "their", "its") for p in participants):
        value -= 0.05
    return round(max(0.05, min(0.95, value)), 2)
