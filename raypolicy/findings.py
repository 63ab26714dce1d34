"""What a check brings back: findings, unknown places, coverage. Not here: how they are found."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from raypolicy.source import Edit, Span


class Severity(IntEnum):
    """How bad a finding is; comparable, worse is greater."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


class Related(NamedTuple):
    """A second place that a finding speaks of, with a few words for it."""

    span: Span
    label: str


class Fix(NamedTuple):
    """Edits that make the finding go away; `safe` ones may be applied without looking."""

    title: str
    safe: bool
    edits: tuple[Edit, ...]


class RuleInfo(NamedTuple):
    """What reports say of a rule. `why` and `see` are empty unless prose was asked for."""

    id: str
    topic: str
    summary: str
    severity: Severity
    help: str
    profile: str = "default"
    refused_by: str | None = None
    security: float | None = None
    fixable: bool = False
    why: str = ""
    see: tuple[str, ...] = ()


class Rendering(NamedTuple):
    """Something that was rendered, such as an overlay, in which a finding holds; with a `line` of
    what it was rendered to where no file says just this.
    """

    name: str
    line: int | None = None

    def __str__(self) -> str:
        return self.name if self.line is None else f"{self.name} (line {self.line} as rendered)"


class Finding(NamedTuple):
    """A rule, and the place or places that disagree with it.

    `label` is a few words for the primary place, `resource` names the object people would know,
    such as `RayCluster ml/dev` (empty where the finding is about a file).
    """

    rule: RuleInfo
    severity: Severity
    message: str
    span: Span
    label: str = ""
    related: tuple[Related, ...] = ()
    resource: str = ""
    fix: Fix | None = None
    keys: tuple[str | int, ...] = ()
    """The keys that lead to the place, or to whose key it is; none where it is inside a value."""
    rendered: tuple[Rendering, ...] = ()
    """What was rendered and has it, where it was found in something that was."""

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Sorts findings by place, then rule: the same whatever the order of work was."""
        return (self.span.source.name, self.span.start, self.span.end, self.rule.id, self.message)

    @property
    def shown(self) -> set[tuple[str, int, int]]:
        """The further places."""
        spans = (related.span for related in self.related)
        return {(span.source.name, span.start, span.end) for span in spans}


class Suppressed(NamedTuple):
    """A finding that the user has hidden, the reason given (may be empty), and by what means: a
    `comment`, an `annotation`, the `baseline`; `base` says that the base revision has it as well.
    Who answers for it, and the last day it holds, such as 2027-01-31, where that is said.
    """

    finding: Finding
    reason: str
    by: str = "comment"
    owner: str = ""
    until: str = ""


class Gone(NamedTuple):
    """An entry of the baseline that nothing answers to any more, its `path` as people see it."""

    rule: str
    path: str
    resource: str
    message: str


class UnknownPlace(NamedTuple):
    """A value that a rule asked for and that cannot be known from the text, with the reason."""

    span: Span
    reason: str


class Coverage(NamedTuple):
    """What was looked at, so that silence can be told from absence."""

    files: int = 0
    resources: int = 0
    bundles: int = 0
    documents: int = 0
    not_read: tuple[tuple[str, str], ...] = ()
    """(file, reason) of every file or document that was not audited, e.g. `Helm template`."""
    blank: int = 0
    """Files without any content, of the files."""
    unbuilt: int = 0
    """Kustomizations that were not built."""

    @property
    def nothing(self) -> bool:
        """Whether nothing was audited at all."""
        unread = len(self.not_read) if self.unbuilt or not self.documents else 0
        return self.files <= self.blank + unread


class Report(NamedTuple):
    """All that a check found. Findings are sorted by place."""

    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    unknown: tuple[UnknownPlace, ...] = ()
    coverage: Coverage = Coverage()
    rules: tuple[RuleInfo, ...] = ()
    """Every rule that ran, whether it found anything or not."""
    gone: tuple[Gone, ...] = ()
    """What the baseline lists and this run did not find, though it looked."""
    base: str = ""
    """The revision that findings were compared with, as the user calls it."""

    def with_files(self, count: int, blank: int) -> Report:
        """The same with more files that were looked at and hold nothing of Ray's."""
        covered = self.coverage
        more = covered._replace(files=covered.files + count, blank=covered.blank + blank)
        return self._replace(coverage=more)

    def worst(self) -> Severity | None:
        return max((finding.severity for finding in self.findings), default=None)

    def number_of(self, severity: Severity) -> int:
        return sum(finding.severity == severity for finding in self.findings)


def united(findings: Iterable[Finding]) -> list[Finding]:
    """Findings without repetitions; one that holds in several overlays names them all.

    Of overlays that give names a prefix of their own, the words are those of the first; what has
    other places to show as well as other words is another finding.
    """
    found: list[Finding] = []
    at: dict[object, list[int]] = {}
    for finding in findings:
        known = at.setdefault((finding.rule.id, *finding.order[:3]), [])
        number = _same(finding, [(number, found[number]) for number in known])
        if number is None:
            known.append(len(found))
            found.append(finding)
        elif finding.rendered:
            first = found[number]
            both = dict.fromkeys((*first.rendered, *finding.rendered))
            found[number] = first._replace(rendered=tuple(both))
    return found


def _same(finding: Finding, others: list[tuple[int, Finding]]) -> int | None:
    """The one of some findings at its place that is this one, in another overlay perhaps."""
    for number, other in others:
        if other.message == finding.message:
            return number
    apart = (each for each in others if not {*finding.rendered} & {*each[1].rendered})
    alike = (number for number, other in apart if other.shown == finding.shown)
    return next(alike, None) if finding.rendered else None


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: finding.order))
