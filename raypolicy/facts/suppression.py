"""Comments and annotations that hide findings. Not here: how they are read (`suppressions`)."""

from __future__ import annotations

from typing import Any, NamedTuple

from raypolicy.document import Document
from raypolicy.facts.view import Owner, View, fact
from raypolicy.source import Span
from raypolicy.suppressions import Said, Suppression
from raypolicy.tree import ABSENT, Node, Unknown


class Verdict(NamedTuple):
    """What a run says of a rule or topic that a suppression names.

    `used` is None where that does not matter: what it names is not known, or mandatory, or nothing
    may be hidden yet; Unknown where not all it speaks of was asked.
    """

    name: Said
    known: bool
    nearest: str | None
    mandatory: bool
    used: bool | Unknown | None


class Judged(NamedTuple):
    """A suppression and what a run says of it: whether its last day is over, what it lacks of what
    the configuration demands, and its rules.
    """

    suppression: Suppression
    expired: bool | Unknown
    missing: tuple[str, ...]
    verdicts: tuple[Verdict, ...]


class NamedRule(View):
    """A rule or topic that a suppression names."""

    def __init__(self, owner: Owner, verdict: Verdict) -> None:
        super().__init__(node_at(verdict.name.span, verdict.name.text), owner)
        self._verdict = verdict

    @fact
    def name(self) -> Node[str]:
        """Its id, or the name of the topic."""
        return self.node

    @fact
    def known(self) -> Node[bool]:
        """Whether there is such a rule or topic."""
        return self.node.put(self._verdict.known)

    @fact
    def nearest(self) -> Node[str]:
        """The rule or topic that is meant by a name that isn't known; absent if it is near none."""
        return self.node.put(self._verdict.nearest or ABSENT)

    @fact
    def mandatory(self) -> Node[bool]:
        """Whether the configuration lets nothing hide it."""
        return self.node.put(self._verdict.mandatory)

    @fact
    def used(self) -> Node[bool]:
        """Whether a finding of it is hidden; unknown where not all it speaks of was asked, absent
        where nothing can be hidden: it is mandatory, the date is over, a reason is demanded.
        """
        used: Any = self._verdict.used
        return self.node.put(ABSENT if used is None else used)


class SuppressionView(View):
    """A comment, or an entry of an annotation, that hides findings."""

    def __init__(self, owner: Owner, judged: Judged) -> None:
        super().__init__(node_at(judged.suppression.span, judged.suppression.span.text), owner)
        self._judged = judged

    @fact
    def form(self) -> Node[str]:
        """comment or annotation."""
        return self.node.put(self._judged.suppression.form)

    @fact
    def scope(self) -> Node[str]:
        """line, file or resource."""
        return self.node.put(self._judged.suppression.scope)

    @fact
    def defect(self) -> Node[str]:
        """Why it cannot be understood, where it cannot."""
        return self._said(self._judged.suppression.defect)

    @fact
    def rules(self) -> tuple[NamedRule, ...]:
        """The rules and topics it names."""
        return tuple(NamedRule(self.owner, each) for each in self._judged.verdicts)

    @fact
    def reason(self) -> Node[str]:
        """Why, in the words of whoever wrote it."""
        return self._said(self._judged.suppression.said.get("reason"))

    @fact
    def owner_name(self) -> Node[str]:
        """Who answers for it."""
        return self._said(self._judged.suppression.said.get("owner"))

    @fact
    def until(self) -> Node[str]:
        """The last day on which it counts."""
        return self._said(self._judged.suppression.said.get("until"))

    @fact
    def expired(self) -> Node[bool]:
        """Whether that day is over; unknown where nobody says what day it is."""
        return self.until.put(self._judged.expired)

    @fact
    def missing(self) -> Node[tuple[str, ...]]:
        """What the configuration demands of every suppression, and this one does not say; absent
        where it says all.
        """
        return self.node.put(self._judged.missing or ABSENT)

    def _said(self, said: Said | None) -> Node[str]:
        return self.node.put(ABSENT) if said is None else node_at(said.span, said.text)


def node_at(span: Span, value: str) -> Node[str]:
    """A value that is no part of a manifest, at its place in the text."""
    document = Document(span.source, 0, 0, len(span.source.text))
    return Node(value, document, None, "", window=(span.start, span.end))
