"""Who says which quoted words, and which stance they take.

The words around quotations are read without them, since parsers stumble over what is quoted: a sentence of them ends where its
full stop stands, or that of a quotation that closes it. The verb of saying nearest before a quotation carries it, else the nearest
behind; without one it goes on with what was said before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from etl.knowledge.sayings import cue_of, load_sayings
from etl.records import ActorKind, ActorMention, Article, EventMention, Modality, Role
from etl.transform.arguments import arguments, is_negated, prepositions
from etl.transform.clauses import is_infinitive
from etl.transform.frames import Candidate
from etl.transform.quotes import Quotation, quotations
from etl.transform.roles import DEFAULT_TARGET, Roles
from etl.transform.statements import CODES, addressees, made_by_saying

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_STOPS = frozenset({".", "!", "?", ";"})
_TAIL = 12
"""Words behind a quotation that ends with '?' or '!' within which a verb of saying still belongs to it."""
_NEGATED_WITHIN = 3
_GAP = 3
_WORDS = 3
"""Quoted words before a noun, up to so many, are in inverted commas only: 'Tripoli's "Arab socialist" friends'."""
_FAVOURABLE = frozenset({"praise", "welcome", "support", "pledge", "apology"})
_OFFICIAL = frozenset({"GOV", "MIL", "LEG", "OPP", "PTY", "REB", "SEP", "INS", "IGO", "NGO", "SPY"})
"""Sectors whose verbs of speech alone are acts of politics."""
_PRIVATE = frozenset({"CVL", "AGR", "EDU", "HLH", "LAB", "REF", "BUS", "ELI", "CRM"})
"""Sectors of those whose words are nobody's policy."""
_VALUING = frozenset({"condemn", "praise", "welcome", "support", "concern", "regret"})
"""Stances that a word or two may show."""
_DIRECTED = ("02", "05", "10", "11", "13")
"""Roots of acts of speech that are directed at who is spoken to or of."""
_BEING = frozenset({"be", "feel", "sound", "seem", "remain", "appear"})
_GROUNDED = frozenset({"denial", "reject", "condemn", "praise", "welcome", "concern", "support", "regret"})
"""Stances that the words quoted next give the ground of."""
_PLAIN = 2
"""Words of cues from which indirect speech takes a stance."""
_THIRD = frozenset({"he", "she", "it", "they"})
_PUNCTUATION = frozenset({",", ".", ";", ":", "-", "–", "—"})


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Carrier:
    """A word that tells that something is said."""

    token: Token
    stance: str | None = None
    """None for a verb that judges: the words quoted decide."""
    mention: int | None = None
    is_verb: bool = True


@dataclass(slots=True)
class _Sentence:
    """A sentence of an article, its quotations aside."""

    words: list[Token]
    quotes: list[tuple[int, Quotation]]
    """Each quotation with the number of words before it."""


class Sayings:
    """Who says what in one article, read paragraph by paragraph, in order."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self._quotes = quotations(article)
        self._words = load_sayings()
        self._verbs: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for stance, verbs in self._words.verbs.items():
            for verb in verbs:
                lemma, *rest = verb.split()
                self._verbs.setdefault(lemma, []).append((tuple(rest), stance))
        for entries in self._verbs.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        self._cues = {stance: tuple(cue_of(cue) for cue in cues) for stance, cues in self._words.cues.items()}
        self._attributed: set[Quotation] = set()
        self._speakers: tuple[ActorMention, ...] = ()
        """Who spoke last."""
        self._spoke = -1
        """The paragraph in which they did."""

    def told(self, number: int, doc: Doc, roles: Roles, mentions: Sequence[EventMention]) -> list[Told]:
        """What is said in paragraph `number`, of which `mentions` are coded."""
        reading = _Paragraph(self, number, doc, roles, mentions)
        return reading.told()

    def quotes_in(self, number: int) -> list[Quotation]:
        """The quotations of paragraph `number` that nobody has been found to say yet."""
        return [q for q in self._quotes if number in q.paragraphs]

    def stance_of_verb(self, token: Token) -> str | None:
        """The stance of a verb of saying, '' for one that judges; None for other words."""
        # taggers take 'thanks' of 'the chairman thanks both men' for a noun
        mistagged = token.tag_ == "NNS" and token.dep_ == "ROOT"
        lemma = token.lower_.removesuffix("s") if mistagged else token.lemma_.lower()
        if token.pos_ not in ("VERB", "AUX") and not token.tag_.startswith("VB") and not mistagged:
            return None
        if token.dep_ == "amod":
            return None
        below = {t.lower_ for c in token.children for t in (c, *c.children)} | {
            t.lemma_.lower() for t in token.children
        }
        for rest, stance in self._verbs.get(lemma, ()):
            if all(word in below for word in rest):
                return stance
        if lemma in self._words.voicing:
            voiced = [c for c in token.children if c.dep_ == "dobj"]
            return next((s for c in voiced if (s := self._words.stance_of_noun(c.lemma_.lower()))), None)
        if lemma in _BEING:
            felt = [
                c
                for c in token.children
                if c.dep_ in ("acomp", "oprd") and not any(g.dep_ == "neg" for g in token.children)
            ]
            return next((s for c in felt for s, words in self._words.adjectives.items() if c.lower_ in words), None)
        return "" if lemma in self._words.judging else None

    def stance_of_words(self, words: Sequence[Token], least: float = 1) -> tuple[str | None, tuple[Token, ...]]:
        """The stance that `words` show by cues of at least so many words, and the words that show it."""
        forms = [{t.lemma_.lower(), t.lower_} for t in words]
        scores: dict[str, float] = {}
        shown: dict[str, tuple[Token, ...]] = {}
        for stance, cues in self._cues.items():
            for cue in cues:
                for i in range(len(words)):
                    end = _match(cue, forms, i)
                    if end is None:
                        continue
                    before = {w for form in forms[max(i - _NEGATED_WITHIN, 0) : i] for w in form}
                    found: str | None = stance
                    if before & self._words.negations and not cue[0] & self._words.negations:
                        found = self._words.turned.get(stance)
                    if found is not None:
                        scores[found] = scores.get(found, 0) + min(len(cue), 3)
                        shown.setdefault(found, tuple(words[i:end]))
        order = list(self._cues)
        best = max(scores, key=lambda s: (scores[s], -order.index(s)), default=None)
        if best is None or scores[best] < least:
            return None, ()
        return best, shown[best]

    def text_of(self, quote: Quotation) -> str:
        """The quoted words, without white space around them."""
        return self._article.text[quote.start : quote.end].strip()

    @property
    def naming(self) -> frozenset[str]:
        """Words before a name in quotation marks."""
        return self._words.naming

    @property
    def voicing(self) -> frozenset[str]:
        """Verbs that say nothing but what their object says."""
        return self._words.voicing

    @property
    def acts(self) -> frozenset[str]:
        """Verbs that make a statement without quoting one."""
        return self._words.acts

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


def _match(cue: Sequence[frozenset[str]], forms: Sequence[set[str]], at: int) -> int | None:
    """Where a cue that begins at `at` ends; None where it does not stand there."""
    for i, part in enumerate(cue):
        if part == {"_"}:
            rest = cue[i + 1 :]
            return next((end for k in range(at, at + _GAP + 1) if (end := _match(rest, forms, k)) is not None), None)
        if at >= len(forms) or not part & forms[at]:
            return None
        at += 1
    return at


class _Paragraph:
    """One paragraph being read."""

    def __init__(self, sayings: Sayings, number: int, doc: Doc, roles: Roles, mentions: Sequence[EventMention]) -> None:
        self._sayings = sayings
        self._number = number
        self._doc = doc
        self._roles = roles
        self._mentions = mentions
        self._offset = roles.scene.offset
        self._quotes = sayings.quotes_in(number)
        self._inside: dict[int, Quotation] = {}
        """Quoted words, by their number."""
        self._at: dict[int, int] = {}
        """Coded statements by the word outside quotations that carries them."""
        self._events: dict[int, int] = {}
        """Coded events, statements or not, by the words of their triggers."""
        self._misread: dict[int, int] = {}
        """Verbs that judge and were coded as appeals."""
        self._told: list[Told] = []
        self._earlier: list[tuple[int | None, int | None, tuple[ActorMention, ...]]] = []
        """The statements of the sentence before that quote nothing yet: of `mentions`, or of `told`, and who makes them."""
        self._current: list[tuple[int | None, int | None, tuple[ActorMention, ...]]] = []
        self._last: int | None = None
        """The last of `told` that quotes, with which a quotation alone goes on."""

    def told(self) -> list[Told]:
        """What is said in it, in the order of the text."""
        sentences = list(self._sentences())
        self._place_mentions()
        for sentence in sentences:
            self._current = []
            self._read(sentence)
            self._earlier = self._current
        return self._told

    # -- sentences without their quotations ------------------------------------------------------------------------

    def _sentences(self) -> Iterator[_Sentence]:
        units = self._units()
        words: list[Token] = []
        quotes: list[tuple[int, Quotation]] = []
        for i, unit in enumerate(units):
            if isinstance(unit, Quotation):
                quotes.append((len(words), unit))
            else:
                words.append(unit)
            if self._ends(units, i):
                yield _Sentence(words, quotes)
                words, quotes = [], []
        if words or quotes:
            yield _Sentence(words, quotes)

    def _units(self) -> list[Token | Quotation]:
        out: list[Token | Quotation] = []
        for token in self._doc:
            at = self._offset + token.idx
            quote = next((q for q in self._quotes if q.start <= at < q.end), None)
            if quote is not None:
                self._inside[token.i] = quote
                if not (out and out[-1] == quote):
                    out.append(quote)
            elif not token.is_space and (token.text[-1:].isalnum() or not self._is_mark(at, token)):
                out.append(token)
        return out

    def _is_mark(self, at: int, token: Token) -> bool:
        return any(at == q.end or at + len(token) == q.start for q in self._quotes)

    def _ends(self, units: Sequence[Token | Quotation], i: int) -> bool:
        unit = units[i]
        following = units[i + 1] if i + 1 < len(units) else None
        if not isinstance(unit, Quotation):
            return unit.text in _STOPS
        text = self._sayings.text_of(unit)
        begins_anew = following is None or isinstance(following, Quotation) or not following.text[:1].islower()
        if isinstance(following, Quotation):
            return text[-1:] in ".!?…"
        if text[-1:] in "!?":
            return begins_anew and not self._is_tail(units[i + 1 :])
        return text[-1:] in ".…" and begins_anew and not (following is not None and following.is_punct)

    def _is_tail(self, units: Sequence[Token | Quotation]) -> bool:
        """Whether what follows a question says who asks it: '"More?" the minister asked'."""
        for unit in units[:_TAIL]:
            if isinstance(unit, Quotation) or unit.text in _STOPS:
                return False
            if self._sayings.stance_of_verb(unit) is not None:
                return True
        return False

    # -- who carries a quotation --------------------------------------------------------------------------------------

    def _place_mentions(self) -> None:
        for i, mention in enumerate(self._mentions):
            trigger = mention.trigger
            words = [t for t in self._doc if trigger.start <= self._offset + t.idx < trigger.end]
            self._events |= dict.fromkeys((t.i for t in words), i)
            if mention.statement is None:
                continue
            outside = [t for t in words if t.i not in self._inside]
            stances = {t: self._sayings.stance_of_verb(t) for t in outside}
            plain = next((t for t in outside if t.pos_ == "VERB"), next(iter(outside), None))
            carrying = next((t for t, stance in stances.items() if stance not in (None, "comment", "")), plain)
            if carrying is not None:
                self._at.setdefault(carrying.i, i)

    def _carriers(self, sentence: _Sentence) -> list[_Carrier]:
        out = []
        for token in sentence.words:
            stance = self._sayings.stance_of_verb(token)
            if token.i in self._at and stance == "" and self._mentions[self._at[token.i]].cameo.startswith("02"):
                self._misread[token.i] = self._at.pop(token.i)
            if token.i in self._at:
                out.append(_Carrier(token=token, stance=stance, mention=self._at[token.i], is_verb=stance is not None))
            elif stance is not None and not _is_unsaid(token, stance):
                out.append(_Carrier(token=token, stance=stance))
            elif token.lower_ == "according" and any(c.lower_ == "to" for c in token.children):
                out.append(_Carrier(token=token, stance="comment"))
        return out

    @staticmethod
    def _carrier_of(at: int, sentence: _Sentence, carriers: Sequence[_Carrier]) -> _Carrier | None:
        """What carries the quotation that stands behind `at` words of the sentence."""
        first = sentence.words[at].i if at < len(sentence.words) else None
        before = [c for c in carriers if first is None or c.token.i < first]
        after = [c for c in carriers if first is not None and c.token.i >= first]
        if before and (before[-1].is_verb or not any(c.is_verb for c in after)):
            return before[-1]
        if after:
            return next((c for c in after if c.is_verb), after[0])
        if at > 0 and sentence.words[at - 1].text == ":":
            return _Carrier(token=sentence.words[at - 1], stance="comment")
        return None

    def _is_name(self, quote: Quotation, sentence: _Sentence, at: int, carrier: _Carrier | None) -> bool:
        """Whether quoted words are a title, a nickname or a word in inverted commas, and nobody's words."""
        naming = self._sayings.naming
        before = sentence.words[max(at - 4, 0) : at]
        if any(t.lemma_.lower() in naming and (t.pos_ != "VERB" or t.tag_ == "VBN") for t in before[-2:]):
            return True
        if any(t.lemma_.lower() in ("dub", "nickname", "title", "entitle") for t in before):
            return True
        words = [t for t in self._doc if self._inside.get(t.i) == quote]
        heavy = [t for t in words if len(t) > 3 and t.text.isalpha()]
        if len(words) > 1 and heavy and all(t.text[:1].isupper() for t in heavy) and not words[-1].is_punct:
            return len([t for t in words if t.text[:1].isupper()]) > 1
        judged = carrier is not None and carrier.stance not in ("comment", None)
        after = sentence.words[at] if at < len(sentence.words) else None
        first = before[-1] if before else None
        return (
            not judged
            and len(words) <= _WORDS
            and after is not None
            and after.pos_ in ("NOUN", "PROPN")
            and first is not None
            and (first.pos_ in ("DET", "ADJ", "PRON") or first.tag_ in ("POS", "PRP$"))
        )

    # -- reading a sentence -------------------------------------------------------------------------------------------

    def _read(self, sentence: _Sentence) -> None:
        carriers = self._carriers(sentence)
        carried: dict[int, tuple[_Carrier, list[Quotation]]] = {}
        for at, quote in sentence.quotes:
            if self._sayings.is_attributed(quote):
                continue
            carrier = self._carrier_of(at, sentence, carriers)
            if self._is_name(quote, sentence, at, carrier):
                continue
            if carrier is not None:
                carried.setdefault(carrier.token.i, (carrier, []))[1].append(quote)
            elif not any(t.is_alpha for t in sentence.words) and quote.paragraphs[-1] == self._number:
                self._go_on(quote)
        for i in sorted({c.token.i for c in carriers} | carried.keys()):
            if i in carried:
                carrier, quotes = carried[i]
                self._say(carrier, quotes, sentence)
            else:
                self._speak(next(c for c in carriers if c.token.i == i), sentence)

    def _say(self, carrier: _Carrier, quotes: list[Quotation], sentence: _Sentence) -> None:
        for quote in quotes:
            self._sayings.attribute(quote)
        quote = max(quotes, key=lambda q: q.end - q.start)
        if carrier.mention is not None:
            self._give(carrier.mention, quote)
            return
        voice = tuple(m for m in self._voice(carrier, sentence) if m.actor.sector not in _PRIVATE or m.actor.office)
        self._sayings.remember(voice, self._number)
        if not voice:
            self._last = None
            return
        content, _ = self._stance_of(quotes)
        clause = next((c for c in carrier.token.children if c.dep_ == "ccomp"), None)
        if content is None and clause is not None and clause.i not in self._inside:
            # a partial quotation: 'said Nairobi "will not abandon" them'
            content, _ = self._sayings.stance_of_words(list(clause.subtree), _PLAIN)
        if carrier.stance == "":
            stance = "praise" if content in _FAVOURABLE else "condemn"
        else:
            stance = content or "comment" if carrier.stance in ("comment", None) else carrier.stance
        said = [t for t in self._doc if self._inside.get(t.i) in quotes]
        if carrier.stance == "comment" and (
            self._made_of(said, voice, quote) or (content is None and self._attached(quote, voice, carrier))
        ):
            return
        self._tell(stance, carrier.stance, carrier.token, voice, quote)

    def _speak(self, carrier: _Carrier, sentence: _Sentence) -> None:
        """A statement that quotes nothing."""
        token = carrier.token
        if carrier.mention is not None:
            mention = self._mentions[carrier.mention]
            voice = _voice_of(mention)
            acts = token.lemma_.lower() in self._sayings.acts | self._sayings.voicing
            if (
                acts
                and token.dep_ != "conj"
                and mention.statement is not None
                and self._voice(carrier, sentence, named=True)
            ):
                self._told.append(Told(stance=mention.statement.stance, mention=carrier.mention))
            self._current.append((carrier.mention, None, voice))
            self._sayings.remember(voice, self._number)
            return
        if carrier.stance == "comment":
            self._report(carrier, sentence)
            return
        feels = token.lemma_.lower() in _BEING and carrier.stance == "concern"
        voicing = token.lemma_.lower() in self._sayings.voicing or feels
        if not carrier.stance or not (voicing or token.lemma_.lower() in self._sayings.acts):
            return
        # 'a ceremony for the general, who has vowed to' tells of what was said before
        of_object = token.dep_ == "relcl" and token.head.dep_ in ("pobj", "dobj")
        aside = of_object or (
            token.tag_ == "VBG" and not (token.dep_ == "advcl" and self._sayings.stance_of_verb(token.head) is not None)
        )
        if token.i in self._events or aside or (token.tag_ == "VBN" and not _has_had(token)):
            return
        voice = self._voice(carrier, sentence, named=True)
        if voice and all(m.actor.sector is None or m.actor.sector in _OFFICIAL for m in voice):
            self._sayings.remember(voice, self._number)
            refused = carrier.stance == "pledge" and any(is_negated(c) for c in token.children if c.dep_ == "xcomp")
            stance = "reject" if refused else carrier.stance
            self._tell(stance, stance, token, voice, None)

    def _report(self, carrier: _Carrier, sentence: _Sentence) -> None:
        """Indirect speech, which is a statement where its words plainly take a stance: 'said that it had nothing to do with'."""
        voice = self._voice(carrier, sentence, named=True)
        if not voice:
            return
        self._sayings.remember(voice, self._number)
        verb = carrier.token
        clause = next((c for c in verb.children if c.dep_ == "ccomp" and c.i not in self._inside), None)
        if clause is None and verb.dep_ == "parataxis" and verb.head.pos_ in ("VERB", "AUX"):
            # 'Caracas does not recognise the court, she repeats'
            clause = verb.head
        if clause is None:
            return
        own = set(verb.subtree) if clause == verb.head else set()
        words = [t for t in clause.subtree if t in sentence.words and t not in own]
        if self._made_of(words, voice, None):
            return
        stance, _ = self._sayings.stance_of_words(words, _PLAIN)
        if stance is not None and not any(t.i in self._events for t in (carrier.token, *words)):
            self._tell(stance, "comment", carrier.token, voice, None)

    def _made_of(self, words: Sequence[Token], voice: tuple[ActorMention, ...], quote: Quotation | None) -> bool:
        """Whether `words` that somebody says are coded as what he does by saying them: 'Iraq said it would let them return'."""
        for index in dict.fromkeys(self._events[t.i] for t in words if t.i in self._events):
            mention = self._mentions[index]
            stance = made_by_saying(mention.cameo)
            if stance is None or mention.modality is Modality.NEGATED or not _is_act_of(mention, voice):
                continue
            if mention.statement is None or quote is not None:
                self._told.append(
                    Told(
                        stance=_stance(mention) if mention.statement else stance,
                        quote=quote,
                        mention=index,
                        speakers=voice,
                    )
                )
                if quote is not None:
                    self._last = len(self._told) - 1
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
        words = [t for t in self._doc if self._inside.get(t.i) == quote]
        head = shown[0] if shown else next((t for t in words if t.dep_ == "ROOT"), words[0])
        self._tell(stance or "comment", "comment", head, speakers, quote)

    def _give(self, index: int, quote: Quotation) -> None:
        mention = self._mentions[index]
        stance = mention.statement.stance if mention.statement else "comment"
        self._told.append(Told(stance=stance, quote=quote, mention=index))
        self._last = len(self._told) - 1
        self._sayings.remember(_voice_of(mention), self._number)

    def _tell(
        self, stance: str, of_verb: str | None, head: Token, voice: tuple[ActorMention, ...], quote: Quotation | None
    ) -> None:
        spoken_to = addressees(head, self._roles) if head.i not in self._inside else ()
        code = CODES[stance] if of_verb not in ("comment", None) else "010"
        if head.lemma_.lower() == "welcome":
            # to welcome a step praises it, to be glad of it is a hope
            code = "051"
        clause = next((c for c in head.children if c.dep_ == "ccomp"), None)
        others = self._roles.actors(arguments(clause).subject) if clause is not None else ()
        if stance == "warn" and code != "010" and others and not _one_voice(voice, others):
            # warning of what others may do threatens nobody
            code = "012"
        own = {m.actor.key for m in voice}
        if all(_is_private(m) for m in voice):
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
        self._told.append(Told(stance=stance, quote=quote, candidate=candidate, instead=self._misread.get(head.i)))
        if quote is not None:
            self._last = len(self._told) - 1
        else:
            self._current.append((None, len(self._told) - 1, voice))

    def _attached(self, quote: Quotation, voice: tuple[ActorMention, ...], carrier: _Carrier | None) -> bool:
        """Whether a quotation that takes no stance gives the words of a statement told just before, or beside it.

        'Sudan denied it. "We have no interest in this," its minister said'; '"They waited too long," she said, urging'.
        """
        beside = [e for e in self._current if carrier is None] or self._beside(carrier)
        for mention, told, speakers in reversed([*self._earlier, *beside]):
            stance = _stance(self._mentions[mention]) if mention is not None else self._told[told or 0].stance
            same = {m.actor.key for m in voice} & {m.actor.key for m in speakers}
            if not _one_voice(voice, speakers) or (carrier is not None and stance not in _GROUNDED):
                continue
            if carrier is not None and not same and stance != "denial":
                continue
            if mention is not None and not any(t.mention == mention and t.quote is not None for t in self._told):
                self._told.append(
                    Told(stance=_stance(self._mentions[mention]), quote=quote, mention=mention, speakers=voice)
                )
                self._last = len(self._told) - 1
                return True
            if told is not None and self._told[told].quote is None:
                own = self._told[told].candidate
                person = own is not None and all(m.actor.key.startswith("person:") for m in voice)
                closer = replace(own, sources=voice) if own is not None and person else own
                self._told[told] = replace(self._told[told], quote=quote, candidate=closer)
                self._last = told
                return True
        return False

    def _beside(self, carrier: _Carrier | None) -> list[tuple[int | None, int | None, tuple[ActorMention, ...]]]:
        """Coded statements in a participle of the verb of saying: 'she said, urging members to act'."""
        if carrier is None:
            return []
        return [
            (i, None, _voice_of(self._mentions[i]))
            for at, i in self._at.items()
            if (t := self._doc[at]).tag_ == "VBG" and t.dep_ in ("advcl", "conj") and t.head == carrier.token
        ]

    def _stance_of(self, quotes: Sequence[Quotation]) -> tuple[str | None, tuple[Token, ...]]:
        words = [t for t in self._doc if self._inside.get(t.i) in quotes]
        stance, shown = self._sayings.stance_of_words(words)
        if len(words) <= _WORDS and stance not in _VALUING:
            return None, ()
        return stance, shown

    # -- who speaks ---------------------------------------------------------------------------------------------------

    def _voice(self, carrier: _Carrier, sentence: _Sentence, *, named: bool = False) -> tuple[ActorMention, ...]:
        """Who speaks by `carrier`; nobody where it is no actor, or is only called by a nationality where `named` is asked for."""
        token = carrier.token
        if token.lower_ == "according":
            behind = [obj for prep, obj in prepositions(token) if prep == "to"]
            return self._roles.loosely(behind[0]) if behind else ()
        if token.text == ":":
            heads = self._roles.scene.heads
            before = [t for t in sentence.words if t.i < token.i]
            found = next((f for t in reversed(before) if (f := heads.get(t.i, ()))), ())
            # 'The minister has just ended his news conference. The main line: "..."'
            earlier = (heads[i][0] for i in range(token.i - 1, -1, -1) if i in heads and i not in self._inside)
            person = next((m for m in earlier if m.actor.key.startswith("person:")), None)
            return found or ((person,) if person is not None else self._sayings.last_speakers(self._number))
        subject = arguments(token).subject
        if subject is None or subject.i in self._inside or subject not in sentence.words:
            subject = self._beside_verb(token, sentence)
        if subject is None:
            return ()
        beside = (m for c in subject.children if c.dep_ == "appos" for m in self._roles.actors(c))
        # 'a spokesman for the Commission, Nico Wegter, said'
        person = next(
            (m for m in beside if m.actor.key.startswith("person:") and (m.actor.country or m.actor.sector == "IGO")),
            None,
        )
        found = (
            (person,) if person is not None else self._roles.actors(subject) if named else self._roles.loosely(subject)
        )
        if not found and subject.lower_ in _THIRD:
            return self._sayings.last_speakers(self._number)
        return found

    def _beside_verb(self, verb: Token, sentence: _Sentence) -> Token | None:
        """The subject that a parser misses: the actor behind 'said', else the one before it."""
        at = sentence.words.index(verb)
        behind = sentence.words[at + 1 :]
        heads = self._roles.scene.heads
        if behind and behind[0].pos_ in ("DET", "ADJ", "NOUN", "PROPN", "PRON", "NUM") and behind[0].lower_ != "that":
            phrase = []
            for token in behind:
                if token.text in _PUNCTUATION or token.pos_ in ("VERB", "AUX", "ADP"):
                    break
                phrase.append(token)
            return next((t for t in reversed(phrase) if t.i in heads), phrase[-1] if phrase else None)
        before = sentence.words[:at]
        nouns = [t for t in before if t.i in heads or t.pos_ in ("NOUN", "PROPN", "PRON")]
        return nouns[-1] if nouns else None


def _is_unsaid(verb: Token, stance: str) -> bool:
    """Whether a verb of saying says nothing: 'declined to say', 'did not say', 'what it called'."""
    if any(c.dep_ == "neg" for c in verb.children):
        return True
    if stance in ("comment", "") and is_infinitive(verb):
        return True
    if stance == "" and (verb.nbor(-2).lower_ if verb.i > 1 else "") == "what":
        return True
    return any(c.lower_ == "what" and c.dep_ in ("dobj", "oprd", "attr") for c in verb.children) or is_infinitive(verb)


def _is_private(speaker: ActorMention) -> bool:
    actor = speaker.actor
    return actor.key.startswith("person:") and not (actor.country or actor.office or actor.sector)


def _has_had(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children)


def _voice_of(mention: EventMention) -> tuple[ActorMention, ...]:
    return tuple(p.mention for p in mention.participants if p.role in (Role.SOURCE, Role.PARTY))


def _stance(mention: EventMention) -> str:
    return mention.statement.stance if mention.statement else "comment"


def _is_act_of(mention: EventMention, speakers: Sequence[ActorMention]) -> bool:
    """Whether what is said to be done is done by those who say so, or by their state."""
    keys, countries = {m.actor.key for m in speakers}, {m.actor.country for m in speakers if m.actor.country}
    return any(
        m.actor.key in keys
        or (m.actor.country in countries and (m.actor.kind is ActorKind.COUNTRY or m.actor.sector == "GOV"))
        for m in _voice_of(mention)
    )


def _one_voice(one: Sequence[ActorMention], two: Sequence[ActorMention]) -> bool:
    """Whether those who speak are the same, or of one country."""

    def whose(mentions: Sequence[ActorMention]) -> set[str]:
        return {m.actor.country or m.actor.key for m in mentions}

    return bool(whose(one) & whose(two))
