"""What raypolicy says about one Ray resource, gate by gate, and how that differs from what KubeRay's
own code says. Not here: that code (`oracle/kuberay`), stored answers (`test_verdicts`).
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import yaml

from raypolicy.audit import aim_of
from raypolicy.bundle import bundle_of
from raypolicy.config import Options
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
CRASH: Final = "crash"
"""The gate, and who refuses, where raypolicy raises an exception: never right."""
FIELD_RULES: Final = frozenset(
    """unknown-field misspelt-field misnested-field mistaken-field field-of-later-release
    removed-field pruned-field ignored-generate-name needless-level""".split()
)
"""Rules about fields that the API server drops, or refuses where the client asks it to."""
_ONCE: Final = "field-of-later-release"
"""The rule that says once what a release lacks, not of every group again."""
DECLARED: Final = Path(__file__).parent.parent / "oracle" / "differences.yaml"


class Answer(Protocol):
    """What KubeRay's code says of a document: errors by gate, None where one did not run."""

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
    silent, `invented` where it is the other way round; and the words of who refuses. The gate
    `fields` is what the API server drops.
    """

    gate: str
    side: str
    words: str

    def __str__(self) -> str:
        return f"{self.gate} {self.side}: {self.words}"


class Declared(NamedTuple):
    """A difference that stays, as the file of declared differences has it; `words` is a glob, and
    no releases means all.
    """

    gate: str
    side: str
    words: str
    reason: str
    releases: tuple[str, ...] = ()

    def covers(self, difference: Difference, release: str) -> bool:
        same = (self.gate, self.side) == (difference.gate, difference.side)
        there = not self.releases or release in self.releases
        return same and there and fnmatch.fnmatchcase(difference.words, self.words)


def declared() -> tuple[Declared, ...]:
    """The declared differences. Raises TypeError for an entry that says too little or too much."""
    entries: Any = yaml.safe_load(DECLARED.read_text()) or []
    return tuple(
        Declared(**{**entry, "releases": tuple(entry.get("releases", ()))}) for entry in entries
    )


class Judge:
    """raypolicy for one release of KubeRay and some feature gates, its refusals only."""

    def __init__(self, release: str, gates: Sequence[str] = ()) -> None:
        self._options = Options(
            target_kuberay=release, feature_gates=tuple(gates), fixes=False, suppressions=False
        )
        self._aim = aim_of(self._options, "")

    @cached_property
    def _rules(self) -> RuleSet:
        rules, _ = rules_for(self._options)
        return RuleSet(rule for rule in rules if rule.info.refused_by)

    def refusals(self, text: str) -> tuple[Refusal, ...]:
        """Of a text that is one resource. The paths are as the API server writes them."""
        bundle = bundle_of(Batch("case", (RawFile("case.yaml", None, text.encode()),)))
        found = self._rules.run(Model(bundle, self._aim)).findings
        return tuple(
            Refusal(
                finding.rule.refused_by or "",
                finding.rule.id,
                _path(finding.keys),
                finding.message,
            )
            for finding in found
        )


def _path(keys: tuple[str | int, ...]) -> str:
    steps = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return "".join(steps).removeprefix(".")


def _meant(refusal: Refusal, errors: Sequence[str]) -> bool:
    """Whether a field is missing and its name is misspelt, or it stands elsewhere; or a value that
    has the wrong type would not do in quotes either, as half a GPU: one mistake.
    """
    if refusal.rule in FIELD_RULES:
        return "Required value" in errors[0]
    later = refusal.by == SPEAKER["creation"]
    return later and bool(refusal.path) and errors[0].startswith(f"{refusal.path}: ")


def _unnumbered(path: str) -> str:
    """A path whose items of lists are not told apart."""
    return re.sub(r"\[\d+\]", "[]", path)


def _placed(dropped: str, refusal: Refusal) -> bool:
    """Whether a dropped field is what another finding says is missing further in: one mistake."""
    holder, _, name = dropped.rpartition(".")
    return refusal.by == SPEAKER["schema"] and refusal.path.endswith(f".{name}") and _beneath(refusal.path, holder)  # fmt: skip


def _beneath(path: str, other: str) -> bool:
    """Whether a path leads on from another, of which all is said by one finding."""
    return bool(other) and path.startswith((f"{other}.", f"{other}["))


def differences(answer: Answer, refusals: Sequence[Refusal]) -> Iterator[Difference]:
    """Where the two disagree about a document: at gates that KubeRay's code has come to.

    The webhook refuses again what the operator does of a name, which one finding says. What core
    validation refuses is compared by family instead (`oracle/families`). Where the metadata are no
    such thing the API server reads no further, so nothing is dropped.
    """
    crashes = [each for each in refusals if each.by == CRASH]
    if crashes:
        yield Difference(CRASH, "invented", str(crashes[0]))
        return
    fields = [each for each in refusals if each.rule in FIELD_RULES]
    others = [each for each in refusals if each.rule not in FIELD_RULES]
    by_gate: Mapping[str, tuple[str, ...] | None] = {
        "schema": answer.schema,
        "webhook": answer.webhook,
        "operator": answer.operator,
    }
    for gate, errors in by_gate.items():
        if errors is None:
            continue
        told = [each for each in others if each.by == SPEAKER[gate]]
        also = gate == "webhook" and any(each.by == "operator" for each in others)
        meant = gate == "schema" and any(errors and _meant(each, errors) for each in refusals)
        if errors and not told and not also and not meant:
            yield Difference(gate, "missed", errors[0])
        elif told and not errors:
            yield Difference(gate, "invented", str(told[0]))
    if answer.schema is not None and not any(e.startswith("json: ") for e in answer.schema):
        seen = {each.path for each in fields}
        later = {_unnumbered(each.path) for each in fields if each.rule == _ONCE}
        for dropped in answer.pruned:
            if dropped not in seen and _unnumbered(dropped) not in later and not any(_beneath(dropped, e.path) or _placed(dropped, e) for e in others):  # fmt: skip
                yield Difference("fields", "missed", dropped)
        for each in fields:
            if each.path not in answer.pruned:
                yield Difference("fields", "invented", str(each))
