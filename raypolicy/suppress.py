"""Which findings comments and annotations hide, and what became of each of these. Not here: their
words (`suppressions`), baselines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import Final, TypeAlias

from raypolicy.bundle import Bundle, plain_chunks, resources_of
from raypolicy.config import Options, is_mandatory
from raypolicy.document import Document
from raypolicy.enclosing import Enclosing
from raypolicy.expect import nearest
from raypolicy.facts.suppression import Judged, Verdict
from raypolicy.findings import Finding, Suppressed
from raypolicy.inputs.files import RawFile
from raypolicy.origins import Origins
from raypolicy.reader import read_chunk
from raypolicy.suppressions import KEY, WORDS, Said, Suppression, comments, entries
from raypolicy.tree import Unknown, root_of

_LONGEST_NAME: Final = 80
_MOST_GUESSES: Final = 100
"""Unknown names in a run for which the nearest is looked for."""
_NOT_ASKED: Final = Unknown("not everything it speaks of was asked")
Hiding: TypeAlias = dict[str, int]
"""The number of what hides findings at a place, by the rule or topic."""


class Ledger:
    """The suppressions of a run, and what each has hidden.

    `topics` has every rule there is, with its topic; `ran` are those that ran.
    """

    def __init__(
        self, options: Options, topics: Mapping[str, str], ran: frozenset[str], today: str
    ) -> None:
        self._options = options
        self._topics = topics
        self._ran = ran
        self._today = today
        self._met: list[Suppression] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        """Which of those met has a key."""
        self._used: set[tuple[int, str]] = set()
        """Numbers of suppressions, and names in them that have hidden something."""
        self._guessed: dict[str, str | None] = {}
        self._partly: set[str] = set()
        """Files of which something was not audited."""

    def divide(
        self,
        findings: Iterable[Finding],
        bundle: Bundle,
        origins: Origins | None,
        placed: Callable[[Finding], Finding],
    ) -> tuple[list[Finding], list[Suppressed]]:
        """Findings that stand, and those that are hidden.

        Annotations hold where a finding stands, comments where it is `placed`.
        """
        plain = list(_plain(bundle))
        sheltered = Enclosing(self._sheltered(bundle, plain, origins))
        lines = self._lines(bundle, plain, origins)
        shown: list[Finding] = []
        hidden: list[Suppressed] = []
        for found in findings:
            finding = placed(found)
            span = finding.span
            nearby = lines.get(span.source.name, {})
            candidates = (
                nearby.get(span.first.line, {}) if nearby else {},
                *sheltered.at(found.span.source.name, found.span.start),
                nearby.get(0, {}),
            )
            by = self._hiding(finding, candidates)
            if by is None:
                shown.append(finding)
            else:
                terms = by.term("reason"), by.form, by.term("owner"), by.term("until")
                hidden.append(Suppressed(finding, *terms))
        return shown, hidden

    def doubt(self, rules: Iterable[str]) -> None:
        """Rules that did not ask everything."""
        self._ran -= frozenset(rules)

    def judged(self) -> Iterator[Judged]:
        """What is to be said of each suppression."""
        for number, met in enumerate(self._met):
            judge = partial(self._verdict, number, met, holds=self._holds(met))
            verdicts = tuple(map(judge, met.rules))
            yield Judged(met, self._expired(met), self._missing(met), verdicts)

    def _hiding(self, finding: Finding, candidates: Iterable[Hiding]) -> Suppression | None:
        rule = finding.rule
        if is_mandatory(self._options, rule.id, rule.topic):
            return None
        for hiding in candidates:
            for name in (rule.id, rule.topic):
                if name in hiding:
                    number = hiding[name]
                    self._used.add((number, name))
                    return self._met[number]
        return None

    def _lines(
        self, bundle: Bundle, plain: Iterable[Document], origins: Origins | None
    ) -> dict[str, dict[int, Hiding]]:
        """What comments hide, by the file and the line they speak of."""
        documents = _at_home(bundle, plain, origins)
        read: dict[str, list[Document]] = {}
        for document in documents:
            read.setdefault(document.source.name, []).append(document)
        self._partly.update(name for name, _ in bundle.left_out)
        found: dict[str, dict[int, Hiding]] = {}
        for name, written in read.items():
            source = written[0].source
            if WORDS[0] not in source.text:
                continue
            if any(document.defect for document in written):
                self._partly.add(name)
            for comment in comments(source, written):
                here = found.setdefault(name, {}).setdefault(comment.line, {})
                self._meet(comment, here)
        return found

    def _sheltered(
        self, bundle: Bundle, plain: Iterable[Document], origins: Origins | None
    ) -> Iterator[tuple[str, int, int, Hiding]]:
        """Resources with an annotation: where they stand, and what is hidden there."""
        resources = [each for each in bundle.resources if KEY in each.node.document.source.text]
        for document in plain:
            if KEY in document.source.text:
                resources += resources_of(root_of(document))
        for resource in resources:
            node = resource.node.get("metadata", "annotations", KEY)
            if node.absent or node.unknown:
                continue
            span = node.span if origins is None else origins.place(node.span, node.path).span
            hiding: Hiding = {}
            for entry in entries(node, span, resource):
                self._meet(entry, hiding)
            whole = resource.node.span
            yield whole.source.name, whole.start, whole.end, hiding

    def _meet(self, suppression: Suppression, hiding: Hiding) -> None:
        """Take note of a suppression, and of what it hides, if it may."""
        number = self._numbers.setdefault(suppression.key, len(self._met))
        if number == len(self._met):
            self._met.append(suppression)
        if self._holds(suppression):
            for rule in suppression.rules:
                hiding.setdefault(rule.text, number)

    def _holds(self, suppression: Suppression) -> bool:
        over = self._expired(suppression) is True
        return suppression.defect is None and not over and not self._missing(suppression)

    def _expired(self, suppression: Suppression) -> bool | Unknown:
        until = suppression.term("until")
        if not until or self._today:
            return bool(until) and until < self._today
        return Unknown("nobody says what day it is")

    def _missing(self, suppression: Suppression) -> tuple[str, ...]:
        if suppression.defect is not None:
            return ()
        return tuple(each for each in self._options.require if not suppression.term(each))

    def _verdict(
        self, number: int, suppression: Suppression, said: Said, *, holds: bool
    ) -> Verdict:
        name = said.text
        rules = self._rules.get(name)
        if rules is None:
            return Verdict(said, False, self._nearest(name), False, None)
        topic = self._topics.get(name, name)
        mandatory = is_mandatory(self._options, name, topic)
        used: bool | Unknown | None = (number, name) in self._used
        source = suppression.span.source.name
        if mandatory or not holds:
            used = None
        elif not used and (not rules <= self._ran or source in self._partly):
            used = _NOT_ASKED
        return Verdict(said, True, None, mandatory, used)

    @cached_property
    def _rules(self) -> dict[str, set[str]]:
        """The rules that a name stands for."""
        found: dict[str, set[str]] = {}
        for rule, topic in self._topics.items():
            found.setdefault(rule, set()).add(rule)
            found.setdefault(topic, set()).add(rule)
        return found

    def _nearest(self, name: str) -> str | None:
        """The rule or topic that is meant by a name; it is looked for among all of them."""
        if name not in self._guessed:
            if len(self._guessed) == _MOST_GUESSES or len(name) > _LONGEST_NAME:
                return None
            self._guessed[name] = nearest(name, self._rules)
        return self._guessed[name]


def _plain(bundle: Bundle) -> Iterator[Document]:
    """The documents that suppress something and have not been read, for they don't speak of Ray."""
    for text in bundle.plain:
        if isinstance(text, RawFile):
            chunks = plain_chunks(text) if any(w.encode() in text.data for w in WORDS) else ()
        else:
            chunks = (text,) if any(word in text.text for word in WORDS) else ()
        for chunk in chunks:
            yield from read_chunk(chunk)


def _at_home(
    bundle: Bundle, plain: Iterable[Document], origins: Origins | None
) -> Iterator[Document]:
    """The documents that people edit."""
    if origins is not None:
        yield from origins.documents_with(WORDS[0])
        return
    yield from bundle.documents
    yield from plain
    if bundle.overlay is not None:
        yield from (part.root.document for part in bundle.overlay.closure.parts.values())
