"""Who says which quoted words, and which statements an article tells of without quoting.

The verb of saying nearest before a quotation carries it, else the nearest behind; without one it goes on with what was said before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from etl.records import ActorMention, Article, EventMention, Modality, ParagraphKind
from etl.transform.arguments import arguments, is_negated
from etl.transform.frames import Candidate
from etl.transform.quotes import Quotation, quotations
from etl.transform.roles import DEFAULT_TARGET, Roles, one_side
from etl.transform.saying_carriers import IN_INVERTED_COMMAS, Carrier, Carriers, is_name
from etl.transform.saying_headlines import spoken_colon
from etl.transform.saying_sentences import Sentence, Unquoted
from etl.transform.saying_speakers import Speakers, is_act_of, is_private, voice_of
from etl.transform.saying_stances import PLAIN, load_stances
from etl.transform.statements import CODES, addressees, made_by_saying

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_DIRECTED = ("02", "05", "10", "11", "13")
"""Roots of acts of speech that are directed at who is spoken to or of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A statement that an article tells of: one that is coded already, or one of its own."""

    stance: str
    quote: Quotation | None = None
    mention: int | None = None
    """Index of the coded mention that is this statement."""
    candidate: Candidate | None = None
    """A statement of its own."""
    instead: int | None = None
    """Index of the coded mention that it is, rather than what was coded: 'called the treaty "a surrender"' appeals to nobody."""
    speakers: tuple[ActorMention, ...] = ()
    """Who says the quoted words, where they are named more closely than who makes the statement."""
    addressees: tuple[ActorMention, ...] = ()
    """To whom it is said, where the coded mention is what is said: '"We condemn the attack," he told the ambassador'."""


class _Made(NamedTuple):
    """A statement that quotes nothing yet, and who makes it."""

    mention: int | None
    """Its index in the coded mentions,"""
    told: int | None
    """or in what is told."""
    speakers: tuple[ActorMention, ...]


class Sayings:
    """Who says what in one article, read paragraph by paragraph, in order."""

    def __init__(self, article: Article) -> None:
        self.text = article.text
        self._headlines = {n for n, p in enumerate(article.paragraphs) if p.kind is ParagraphKind.TITLE}
        self._quotes: dict[int, list[Quotation]] = defaultdict(list)
        """By the paragraphs in which they stand."""
        for quote in quotations(article):
            for number in quote.paragraphs:
                self._quotes[number].append(quote)
        self._attributed: set[Quotation] = set()
        self._speakers: tuple[ActorMention, ...] = ()
        """Who spoke last."""
        self._spoke = -1
        """The paragraph in which they did."""

    def told(self, number: int, doc: Doc, roles: Roles, mentions: Sequence[EventMention]) -> list[Told]:
        """What is said in paragraph `number`, of which `mentions` are coded."""
        return _Paragraph(self, number, doc, roles, mentions).told()

    def quotes_in(self, number: int) -> list[Quotation]:
        """The quotations that stand in paragraph `number`, in the order of the text."""
        return self._quotes[number]

    def is_headline(self, number: int) -> bool:
        """Whether paragraph `number` is a title."""
        return number in self._headlines

    def is_attributed(self, quote: Quotation) -> bool:
        """Whether somebody has been found to say it."""
        return quote in self._attributed

    def attribute(self, quote: Quotation) -> None:
        """Take in that somebody has been found to say it."""
        self._attributed.add(quote)

    def remember(self, speakers: tuple[ActorMention, ...], number: int) -> None:
        """Take in who spoke last."""
        self._speakers, self._spoke = speakers, number

    def last_speakers(self, number: int) -> tuple[ActorMention, ...]:
        """Who spoke last, in paragraph `number` or the one before."""
        return self._speakers if number - self._spoke <= 1 else ()


class _Paragraph:
    """One paragraph being read."""

    def __init__(self, sayings: Sayings, number: int, doc: Doc, roles: Roles, mentions: Sequence[EventMention]) -> None:
        self._sayings = sayings
        self._number = number
        self._roles = roles
        self._mentions = mentions
        self._stances = load_stances()
        self._words = self._stances.words
        offset, quotes = roles.scene.offset, sayings.quotes_in(number)
        self._text = Unquoted(doc, offset, sayings.text, quotes, self._stances)
        self._speakers = Speakers(self._text, roles)
        self._at: dict[int, int] = {}
        """Coded statements by the word outside quotations that carries them."""
        self._events: dict[int, int] = {}
        """Coded events, statements or not, by the words of their triggers."""
        self._misread: dict[int, int] = {}
        """Verbs that judge and were coded as appeals."""
        self._told: list[Told] = []
        self._quoting: set[int] = set()
        """The coded statements that quote."""
        self._earlier: list[_Made] = []
        """The statements of the sentence before that quote nothing."""
        self._current: list[_Made] = []
        self._last: int | None = None
        """The last of `told` that quotes, with which a quotation alone goes on."""

    def told(self) -> list[Told]:
        """What is said in it, in the order of the text."""
        self._place_mentions()
        for sentence in self._text.sentences:
            self._current = []
            self._read(sentence)
            self._earlier = self._current
        if self._sayings.is_headline(self._number):
            self._tell_headline()
        return self._told

    def _tell_headline(self) -> None:
        """'Lavrov: talks useful', a headline's colon without quotation marks."""
        doc, scene = self._roles.scene.doc, self._roles.scene
        spoken = spoken_colon(doc, scene, self._stances) if not self._text.inside else None
        if spoken is None:
            return
        colon, speaker = spoken
        words, voice = [t for t in doc[colon.i + 1 :] if not t.is_space], (speaker,)
        self._sayings.remember(voice, self._number)
        if not self._made_of(words, voice, None, colon):
            stance, _ = self._stances.of_words(words)
            self._tell(stance or "comment", "comment", colon, voice, None)

    def _place_mentions(self) -> None:
        for i, mention in enumerate(self._mentions):
            words = self._text.words_in(mention.trigger)
            self._events |= dict.fromkeys((t.i for t in words), i)
            if mention.statement is None:
                continue
            outside = [t for t in words if t.i not in self._text.inside]
            stances = {t: self._stances.of_verb(t) for t in outside}
            plain = next((t for t in outside if t.pos_ == "VERB"), next(iter(outside), None))
            carrying = next((t for t, stance in stances.items() if stance not in (None, "comment", "")), plain)
            if carrying is None or carrying.i in self._at or carrying.i in self._misread:
                continue
            judges = stances[carrying] == "" and mention.cameo.startswith("02")
            (self._misread if judges else self._at)[carrying.i] = i

    # -- reading a sentence -------------------------------------------------------------------------------------------

    def _read(self, sentence: Sentence) -> None:
        carriers = Carriers(sentence, self._at, self._stances)
        carried: dict[int, tuple[Carrier, list[Quotation]]] = {c.token.i: (c, []) for c in carriers}
        is_bare = not any(t.is_alpha for t in sentence.words)
        for at, quote in sentence.quotes:
            if self._sayings.is_attributed(quote):
                continue
            carrier = carriers.of(at)
            if is_name(self._text.said(quote), sentence, at, carrier, self._words):
                continue
            if carrier is not None:
                carried.setdefault(carrier.token.i, (carrier, []))[1].append(quote)
            elif is_bare and quote.paragraphs[-1] == self._number:
                self._go_on(quote)
        for _, (carrier, quotes) in sorted(carried.items()):
            if quotes:
                self._say(carrier, quotes, sentence)
            else:
                self._speak(carrier, sentence)

    def _say(self, carrier: Carrier, quotes: list[Quotation], sentence: Sentence) -> None:
        for quote in quotes:
            self._sayings.attribute(quote)
        quote = max(quotes, key=lambda q: q.end - q.start)
        if carrier.mention is not None:
            self._give(carrier.mention, quote)
            return
        voice = tuple(
            m for m in self._voice(carrier, sentence) if m.actor.sector not in self._words.private or m.actor.office
        )
        self._sayings.remember(voice, self._number)
        if not voice:
            self._last = None
            return
        content, _ = self._stance_of(quotes)
        clause = next((c for c in carrier.token.children if c.dep_ == "ccomp"), None)
        if content is None and clause is not None and clause.i not in self._text.inside:
            # a partial quotation: 'said Nairobi "will not abandon" them'
            content, _ = self._stances.of_words(list(clause.subtree), PLAIN)
        if carrier.stance == "":
            stance = "praise" if content in self._words.favourable else "condemn"
        else:
            stance = content or "comment" if carrier.stance in ("comment", None) else carrier.stance
        if carrier.stance == "comment" and (
            self._made_of(self._text.said(*quotes), voice, quote, carrier.token)
            or (content is None and self._attached(quote, voice, carrier))
        ):
            return
        self._tell(stance, carrier.stance, carrier.token, voice, quote)

    def _speak(self, carrier: Carrier, sentence: Sentence) -> None:
        """A statement that quotes nothing."""
        token, lemma = carrier.token, carrier.token.lemma_.lower()
        if carrier.mention is not None:
            mention = self._mentions[carrier.mention]
            voice = voice_of(mention)
            acts = lemma in self._words.acts or lemma in self._words.voicing
            if acts and token.dep_ != "conj" and self._voice(carrier, sentence, named=True):
                self._add(Told(stance=_stance(mention), mention=carrier.mention))
            self._current.append(_Made(carrier.mention, None, voice))
            self._sayings.remember(voice, self._number)
            return
        if carrier.stance == "comment":
            self._report(carrier, sentence)
            return
        feels = lemma in self._words.being and carrier.stance == "concern"
        if not carrier.stance or not (feels or lemma in self._words.voicing or lemma in self._words.acts):
            return
        # 'a ceremony for the general, who has vowed to' tells of what was said before
        of_object = token.dep_ == "relcl" and token.head.dep_ in ("pobj", "dobj")
        aside = of_object or (
            token.tag_ == "VBG" and not (token.dep_ == "advcl" and self._stances.of_verb(token.head) is not None)
        )
        if token.i in self._events or aside or (token.tag_ == "VBN" and not _has_had(token)):
            return
        voice = self._voice(carrier, sentence, named=True)
        if voice and all(m.actor.sector is None or m.actor.sector in self._words.official for m in voice):
            self._sayings.remember(voice, self._number)
            refused = carrier.stance == "pledge" and any(is_negated(c) for c in token.children if c.dep_ == "xcomp")
            stance = "reject" if refused else carrier.stance
            self._tell(stance, stance, token, voice, None)

    def _report(self, carrier: Carrier, sentence: Sentence) -> None:
        """Indirect speech, which is a statement where its words plainly take a stance: 'said that it had nothing to do with'."""
        voice = self._voice(carrier, sentence, named=True)
        if not voice:
            return
        self._sayings.remember(voice, self._number)
        verb = carrier.token
        clause = next((c for c in verb.children if c.dep_ == "ccomp" and c.i not in self._text.inside), None)
        if clause is None and verb.dep_ == "parataxis" and verb.head.pos_ in ("VERB", "AUX"):
            # 'Caracas does not recognise the court, she repeats'
            clause = verb.head
        if clause is None:
            return
        own = set(verb.subtree) if clause == verb.head else set()
        words = [t for t in clause.subtree if t.i in sentence.at and t not in own]
        if self._made_of(words, voice, None, verb):
            return
        stance, _ = self._stances.of_words(words, PLAIN)
        if stance is not None and not any(t.i in self._events for t in (carrier.token, *words)):
            self._tell(stance, "comment", carrier.token, voice, None)

    def _made_of(
        self, words: Sequence[Token], voice: tuple[ActorMention, ...], quote: Quotation | None, head: Token
    ) -> bool:
        """Whether `words` that somebody says by `head` are coded as what he does by it: 'Iraq said it would let them return'."""
        own = {m.actor.key for m in voice}
        for index in dict.fromkeys(self._events[t.i] for t in words if t.i in self._events):
            mention = self._mentions[index]
            stance = made_by_saying(mention.cameo)
            if stance is None or mention.modality is Modality.NEGATED or not is_act_of(mention, voice):
                continue
            spoken_to = tuple(m for m in self._spoken_to(head) if m.actor.key not in own)
            if mention.statement is None or quote is not None or spoken_to:
                taken = _stance(mention) if mention.statement else stance
                self._add(Told(stance=taken, quote=quote, mention=index, speakers=voice, addressees=spoken_to))
            return True
        return False

    def _go_on(self, quote: Quotation) -> None:
        """A quotation that stands alone goes on with what was said last, or takes a stance of its own."""
        self._sayings.attribute(quote)
        speakers = self._sayings.last_speakers(self._number)
        stance, shown = self._stance_of([quote])
        if not speakers:
            return
        if self._last is not None and (stance in (None, self._told[self._last].stance)):
            last = self._told[self._last]
            if last.quote is None or quote.end - quote.start > last.quote.end - last.quote.start:
                self._told[self._last] = replace(last, quote=quote)
            return
        if stance is None and self._attached(quote, speakers, None):
            return
        words = self._text.said(quote)
        head = shown[0] if shown else next((t for t in words if t.dep_ == "ROOT"), words[0])
        self._tell(stance or "comment", "comment", head, speakers, quote)

    def _give(self, index: int, quote: Quotation) -> None:
        mention = self._mentions[index]
        self._add(Told(stance=_stance(mention), quote=quote, mention=index))
        self._sayings.remember(voice_of(mention), self._number)

    def _tell(
        self, stance: str, of_verb: str | None, head: Token, voice: tuple[ActorMention, ...], quote: Quotation | None
    ) -> None:
        spoken_to = self._spoken_to(head)
        code = CODES[stance] if of_verb not in ("comment", None) else "010"
        if head.lemma_.lower() == "welcome":
            # to welcome a step praises it, to be glad of it is a hope
            code = "051"
        clause = next((c for c in head.children if c.dep_ == "ccomp"), None)
        others = self._roles.actors(arguments(clause).subject) if clause is not None else ()
        if stance == "warn" and code != "010" and others and not one_side(voice, others):
            # warning of what others may do threatens nobody
            code = "012"
        own = {m.actor.key for m in voice}
        if all(is_private(m) for m in voice):
            return
        targets: tuple[ActorMention, ...] = ()
        if code.startswith(_DIRECTED):
            targets, spoken_to = self._roles.targets(DEFAULT_TARGET, arguments(head), None, voice, head), ()
        candidate = Candidate(
            code=code,
            targets=targets,
            head=head,
            anchor=head,
            words=(head,),
            sources=voice,
            stance=stance,
            addressees=tuple(m for m in spoken_to if m.actor.key not in own),
        )
        self._add(Told(stance=stance, quote=quote, candidate=candidate, instead=self._misread.get(head.i)))
        if quote is None:
            self._current.append(_Made(None, len(self._told) - 1, voice))

    def _spoken_to(self, head: Token) -> tuple[ActorMention, ...]:
        return addressees(head, self._roles) if head.i not in self._text.inside else ()

    def _attached(self, quote: Quotation, voice: tuple[ActorMention, ...], carrier: Carrier | None) -> bool:
        """Whether a quotation that takes no stance gives the words of a statement told just before, or beside it.

        'Sudan denied it. "We have no interest in this," its minister said'; '"They waited too long," she said, urging'.
        """
        beside = self._current if carrier is None else self._beside(carrier)
        for made in reversed([*self._earlier, *beside]):
            if not self._is_ground_of(made, voice, carrier):
                continue
            if made.mention is not None and made.mention not in self._quoting:
                stance = _stance(self._mentions[made.mention])
                self._add(Told(stance=stance, quote=quote, mention=made.mention, speakers=voice))
                return True
            if made.told is not None and self._told[made.told].quote is None:
                own = self._told[made.told].candidate
                if own is not None and all(m.actor.key.startswith("person:") for m in voice):
                    own = replace(own, sources=voice)
                self._told[made.told] = replace(self._told[made.told], quote=quote, candidate=own)
                self._last = made.told
                return True
        return False

    def _is_ground_of(self, made: _Made, voice: tuple[ActorMention, ...], carrier: Carrier | None) -> bool:
        """Whether what `voice` says next, by `carrier` or alone, may be the words of a statement."""
        if not one_side(voice, made.speakers):
            return False
        if carrier is None:
            return True
        stance = (
            _stance(self._mentions[made.mention]) if made.mention is not None else self._told[made.told or 0].stance
        )
        same = not {m.actor.key for m in voice}.isdisjoint(m.actor.key for m in made.speakers)
        return stance in self._words.grounded and (same or stance == "denial")

    def _beside(self, carrier: Carrier) -> list[_Made]:
        """Coded statements in a participle of the verb of saying: 'she said, urging members to act'."""
        participles = (c for c in carrier.token.children if c.tag_ == "VBG" and c.dep_ in ("advcl", "conj"))
        coded = sorted(self._at[c.i] for c in participles if c.i in self._at)
        return [_Made(i, None, voice_of(self._mentions[i])) for i in coded]

    def _stance_of(self, quotes: Sequence[Quotation]) -> tuple[str | None, tuple[Token, ...]]:
        words = self._text.said(*quotes)
        stance, shown = self._stances.of_words(words)
        if len(words) <= IN_INVERTED_COMMAS and stance not in self._words.valuing:
            return None, ()
        return stance, shown

    def _voice(self, carrier: Carrier, sentence: Sentence, *, named: bool = False) -> tuple[ActorMention, ...]:
        return self._speakers.of(carrier, sentence, self._sayings.last_speakers(self._number), named=named)

    def _add(self, told: Told) -> None:
        self._told.append(told)
        if told.quote is not None:
            self._last = len(self._told) - 1
            if told.mention is not None:
                self._quoting.add(told.mention)


def _has_had(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children)


def _stance(mention: EventMention) -> str:
    return mention.statement.stance if mention.statement else "comment"
