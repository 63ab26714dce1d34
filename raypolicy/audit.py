"""Runs rules over bundles, some at a time, and keeps what they bring. Not here: reading files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from raypolicy.bundle import Bundle, bundle_of, make_bundle
from raypolicy.config import Options
from raypolicy.effective.gates import GATES
from raypolicy.findings import (
    Coverage,
    Finding,
    Rendering,
    Report,
    Suppressed,
    UnknownPlace,
    sort_findings,
    united,
)
from raypolicy.inputs.batches import Batch
from raypolicy.installed import installed
from raypolicy.model import Aim, Model
from raypolicy.origins import Origins, at_origin
from raypolicy.releases import kuberay
from raypolicy.rule import Rule
from raypolicy.ruleset import Outcome, RuleSet
from raypolicy.tree import PLACEHOLDER, Node, Unknown
from raypolicy.values import Version, placeholder

if TYPE_CHECKING:
    from raypolicy.suppress import Ledger

_ENOUGH: Final = 64
"""Documents of bundles that wait to be judged together, after which they are."""
_LARGE: Final = 2**21
"""Characters of their texts, all of which are kept until then, that are enough as well."""


def aim_of(options: Options, today: str) -> Aim:
    """What the manifests are judged for. Raises UsageError for an unknown release or gate."""
    named = options.target_kuberay
    try:
        release = kuberay(named)
    except ValueError as error:
        raise options.mistake(str(error), "target", "kuberay") from None
    kubernetes = None
    if options.target_kubernetes is not None:
        kubernetes = Version.parse(options.target_kubernetes.removeprefix("v"))
        if kubernetes is None:
            message = f"no release of Kubernetes: {options.target_kubernetes!r}; 1.33 is one"
            raise options.mistake(message, "target", "kubernetes")
    for name in options.feature_gates:
        if name not in GATES:
            from raypolicy.expect import did_you_mean

            message = f"KubeRay has no feature gate {name!r}{did_you_mean(name, GATES)}"
            raise options.mistake(message, "target", "feature-gates")
    return Aim(release, today, options.feature_gates, named is not None, kubernetes)


def aim_for(bundle: Bundle, aim: Aim) -> Aim:
    """What the user named, else the operator that the bundle installs, else the newest; the feature
    gates of both."""
    found = installed(bundle)
    gates = (*aim.gates, *(each for each in found.gates if each in GATES))
    aim = aim._replace(gates=tuple(dict.fromkeys(gates)))
    if aim.named or found.release is None:
        return aim
    try:
        return aim._replace(release=kuberay(found.release))
    except ValueError:
        return aim


def _may_suppress(bundle: Bundle) -> bool:
    """Whether the word stands anywhere in it, or in what it was rendered from."""
    if bundle.has_any("raypolicy"):
        return True
    if bundle.rendered is not None:
        return any(b"raypolicy:" in file.data for file in bundle.rendered.sources.values())
    parts = () if bundle.overlay is None else bundle.overlay.closure.parts.values()
    return any("raypolicy:" in part.source.text for part in parts)


class _Tally(NamedTuple):
    files: int = 0
    bundles: int = 0
    resources: int = 0
    documents: int = 0
    unbuilt: int = 0


class Audit:
    """Runs rules over bundles and keeps what they bring. Bundles wait until there are some."""

    def __init__(
        self,
        rules: Sequence[Rule],
        aim: Aim,
        options: Options,
        suppressing: Callable[[], Ledger] | None = None,
    ) -> None:
        self.rules = RuleSet(rules)
        self.aim = aim
        self.options = options
        self.suppressing = suppressing
        self.ledger: Ledger | None = None
        """Made when the first suppression is met."""
        self.findings: list[Finding] = []
        self.hidden: list[Suppressed] = []
        self.unknown: dict[Any, UnknownPlace] = {}
        self.left_out: list[tuple[str, str]] = []
        self.tally = _Tally()
        self.built: Counter[str] = Counter()
        """How many of what was rendered is made of a file."""
        self._waiting: list[tuple[Bundle, Model]] = []
        self._documents = self._characters = 0

    def take(self, batch: Batch) -> None:
        """Audit a batch of files as one bundle, at once or together with those to come."""
        bundle = bundle_of(batch)
        ray = sum(1 for _ in bundle.ray)
        rendered = batch.rendered is not None
        plain = 0 if rendered else len(batch.files) + len(batch.troubles)
        self.tally = _Tally(
            self.tally.files + plain,
            self.tally.bundles + (ray > 0),
            self.tally.resources + ray,
            self.tally.documents + len(bundle.documents),
            self.tally.unbuilt + (batch.overlay is not None and not rendered),
        )
        self.left_out += bundle.left_out
        if not bundle.documents and bundle.overlay is None:
            return
        self._waiting.append((bundle, Model(bundle, aim_for(bundle, self.aim))))
        self._documents += len(bundle.documents)
        self._characters += bundle.size
        if self._documents >= _ENOUGH or self._characters >= _LARGE:
            self._judge()

    def _judge(self) -> None:
        """Judge the bundles that wait for it."""
        outcomes = self.rules.run_together([model for _, model in self._waiting])
        for (bundle, model), outcome in zip(self._waiting, outcomes, strict=True):
            self._keep(bundle, model, outcome)
        self._waiting, self._documents, self._characters = [], 0, 0

    def _keep(self, bundle: Bundle, model: Model, outcome: Outcome) -> None:
        """Keep what was found in a bundle, and is to be told."""
        found = outcome.findings
        if len(found) > 1 and any(each.rule.topic == "schema" for each in found):
            from raypolicy.asmeant import without_echoes  # most bundles have no slips

            found = without_echoes(found, model, self.rules)
        beside = {file.name for file in bundle.context}
        findings = [each for each in found if each.span.source.name not in beside]
        findings = united(findings)
        origins = None
        if bundle.rendered is not None:
            origins = Origins(bundle.rendered, bundle.documents)
            self.built.update(file.name for file in bundle.rendered.sources.values())

        def placed(finding: Finding) -> Finding:
            """A finding where people can mend it."""
            if origins is not None:
                return at_origin(finding, origins, bundle.name)
            if bundle.overlay is not None:
                return finding._replace(rendered=(Rendering(bundle.name),))
            return finding

        if self.options.overrides and findings:
            from raypolicy.overrides import overridden

            findings = list(overridden(findings, self.options, placed))
        if self.suppressing is not None and _may_suppress(bundle):
            if self.ledger is None:
                self.ledger = self.suppressing()
            findings, hidden = self.ledger.divide(findings, bundle, origins, placed)
            self.hidden += hidden
            self.ledger.doubt(rule.info.id for rule in outcome.cut_short)
        else:
            findings = list(map(placed, findings))
        self.findings += united(findings)
        for rule in outcome.cut_short:
            reason = f"{rule.info.id} has too many combinations here; the rest were left out"
            self.left_out.append((bundle.name, reason))
        for node in outcome.unknown:
            if node.document.source.name not in beside:
                self._count(node, origins)

    def _count(self, node: Node[Any], origins: Origins | None) -> None:
        """Count an unknown place once; placeholders once a file."""
        if not node.placed:
            return
        value, span = node.value, node.span
        if origins is not None:
            span = origins.place(span).span
        if value is PLACEHOLDER or (isinstance(value, str) and placeholder(value)):
            key: Any = (span.source.name, PLACEHOLDER)
            reason = PLACEHOLDER.reason
        else:
            key = (span.source.name, span.start, span.end)
            reason = value.reason if isinstance(value, Unknown) else "not known"
        if key not in self.unknown:
            self.unknown[key] = UnknownPlace(span, reason)

    def _shared(self, finding: Finding) -> Finding:
        """A fix of what was rendered is kept only if all that is made of the file has the finding,
        for all of it would change.
        """
        if len(finding.rendered) >= self.built[finding.span.source.name]:
            return finding
        return finding._replace(fix=None)

    def _of_suppressions(self) -> list[Finding]:
        """What is to be said of the suppressions themselves, once all rules have run."""
        if self.ledger is None:
            return []
        model = Model(make_bundle("", ()), self.aim, self.ledger.judged())
        return self.rules.run(model, only="suppressions").findings

    def report(self) -> Report:
        self._judge()
        unknown = sorted(self.unknown.values(), key=lambda u: (u.span.source.name, u.span.start))
        everything = united((*self.findings, *self._of_suppressions()))
        findings = (self._shared(each) for each in everything)
        hidden = {each.finding.order: each for each in self.hidden}
        suppressed = sort_findings(united(each.finding for each in self.hidden))
        return Report(
            sort_findings(findings),
            tuple(hidden[finding.order]._replace(finding=finding) for finding in suppressed),
            tuple(unknown),
            Coverage(**self.tally._asdict(), not_read=tuple(self.left_out)),
            tuple(rule.info for rule in self.rules.rules),
        )
