"""What raypolicy says about one Ray resource, gate by gate, and how that differs from what KubeRay's
own code says. Not here: that code (`oracle/kuberay`), stored answers (`test_verdicts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final, NamedTuple, Protocol

from raypolicy.audit import aim_of
from raypolicy.bundle import bundle_of
from raypolicy.config import Options
from raypolicy.findings import Finding
from raypolicy.inputs.batches import Batch
from raypolicy.inputs.files import RawFile
from raypolicy.model import Model
from raypolicy.ruleset import RuleSet
from raypolicy.selection import rules_for

SPEAKER: Final = {
    "schema": "api-server",
    "webhook": "webhook",
    "operator": "operator",
    "creation": "pod-creation",
}
"""What `refused_by` calls each gate."""
UNKNOWN_FIELDS: Final = frozenset({"unknown-field", "misspelt-field", "misplaced-field", "newer-field"})  # fmt: skip
"""Rules about fields that the API server prunes."""


class Answer(Protocol):
    """What KubeRay's code says of a document: errors by gate, None where one did not run."""

    @property
    def error(self) -> str: ...
    @property
    def pruned(self) -> tuple[str, ...]: ...
    @property
    def schema(self) -> tuple[str, ...] | None: ...
    @property
    def webhook(self) -> tuple[str, ...] | None: ...
    @property
    def operator(self) -> tuple[str, ...] | None: ...


class Refusal(NamedTuple):
    """A finding about something that is refused: by whom, the rule, the path, the words."""

    by: str
    rule: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule} at {self.path}: {self.message}"


class Difference(NamedTuple):
    """A gate at which the two disagree: `missed` where KubeRay's code refuses and raypolicy is
    silent, `invented` where it is the other way round; and the words of who refuses.
    """

    gate: str
    side: str
    words: str

    def __str__(self) -> str:
        return f"{self.gate} {self.side} {self.words}"


class Judge:
    """raypolicy for one release of KubeRay and some feature gates, its refusals only."""

    def __init__(self, release: str, gates: tuple[str, ...] = ()) -> None:
        self._options = Options(
            target_kuberay=release, feature_gates=gates, fixes=False, suppressions=False
        )
        self._aim = aim_of(self._options, "")

    @cached_property
    def _rules(self) -> RuleSet:
        rules, _ = rules_for(self._options)
        return RuleSet(rule for rule in rules if rule.info.refused_by or rule.info.topic == "schema")  # fmt: skip

    def findings(self, text: str) -> list[Finding]:
        batch = Batch("case", (RawFile("case.yaml", None, text.encode()),))
        return self._rules.run(Model(bundle_of(batch), self._aim)).findings

    def refusals(self, text: str) -> tuple[Refusal, ...]:
        return tuple(
            Refusal(finding.rule.refused_by or "", finding.rule.id, path(finding), finding.message)
            for finding in self.findings(text)
        )


def path(finding: Finding) -> str:
    """The place of a finding as the API server writes paths."""
    steps = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in finding.keys)
    return "".join(steps).removeprefix(".")


def differences(answer: Answer, refusals: tuple[Refusal, ...]) -> Iterator[Difference]:
    """Where the two disagree about a document: at gates that KubeRay's code has come to.

    The webhook refuses again what the operator does of a name, which one finding says. What core
    validation refuses is compared by family instead.
    """
    by_gate: Mapping[str, tuple[str, ...] | None] = {
        "schema": answer.schema,
        "webhook": answer.webhook,
        "operator": answer.operator,
    }
    for gate, errors in by_gate.items():
        if errors is None:
            continue
        told = [refusal for refusal in refusals if refusal.by == SPEAKER[gate]]
        also = gate == "webhook" and any(refusal.by == "operator" for refusal in refusals)
        if errors and not told and not also:
            yield Difference(gate, "missed", errors[0])
        elif told and not errors:
            yield Difference(gate, "invented", str(told[0]))
