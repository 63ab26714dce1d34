"""Both sides asked about many manifests at once, and counted. Not here: what is asked (`mutants`,
`directed`), what differs (`verdicts`), what must hold (`test_gates`).
"""

from __future__ import annotations

import json
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Final, NamedTuple

from families import FAMILIES, besides, families, family
from kuberay import Oracle, Verdict
from mutants import Mutant
from sources import Source, sources, text, wrapped
from verdicts import CRASH, FIELD_RULES, SPEAKER, Difference, Judge, Refusal, declared, differences

from raypolicy.releases import kuberay

ROOT: Final = Path(__file__).parents[2]
_SIDES: Final = ("refused", "accepted", "missed", "invented", "declared")
_STOPS: Final = ("Schema", "Operator", "Reconcile", "Panic")
"""Kinds of errors after which the operator comes no further."""
_AHEAD: Final = 64
"""Answers that the oracle may be ahead: it runs beside, on another core."""


class Asked(NamedTuple):
    """A manifest, what KubeRay's code says about it, and what raypolicy refuses in it."""

    mutant: Mutant
    answer: Verdict
    refusals: tuple[Refusal, ...]


class Measure(NamedTuple):
    """What was counted by gate and side, and every difference with the manifest it was met in."""

    release: str
    asked: int
    counts: Counter[tuple[str, str]]
    differences: list[tuple[Difference, Mutant]]


def bases(release: str, folders: Sequence[Path]) -> tuple[list[Source], list[Source]]:
    """The Ray resources in some folders that a release finds nothing wrong with, and all."""
    every = [each for folder in folders for each in wrapped(sources(folder))]
    answers = Oracle(release).judge(text(each.document) for each in every)
    sound = [each for each, answer in zip(every, answers, strict=True) if _sound(answer)]
    return sound, every


def _sound(answer: Verdict) -> bool:
    return not (answer.error or answer.schema or answer.webhook or answer.operator)


def ask(release: str, given: Sequence[Mutant]) -> Iterator[Asked]:
    """Both sides about each manifest."""
    judges = {gates: Judge(release, gates) for gates in {each.gates for each in given}}
    for mutant, answer in answered(release, given):
        try:
            refusals = judges[mutant.gates].refusals(mutant.text)
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(frame.filename).name}:{frame.lineno}"
            refusals = (Refusal(CRASH, type(error).__name__, where, str(error)),)
        yield Asked(mutant, answer, refusals)


def answered(release: str, given: Sequence[Mutant]) -> Iterator[tuple[Mutant, Verdict]]:
    """What KubeRay's code says of each manifest, those with the same feature gates together."""
    for gates in dict.fromkeys(each.gates for each in given):
        some = [each for each in given if each.gates == gates]
        for mutant, answer in zip(some, _answers(release, gates, some), strict=True):
            yield mutant, _with_children(answer)


def _with_children(answer: Verdict) -> Verdict:
    """The operator's refusal of a cluster that it makes itself counts as its refusal."""
    own = answer.creation or ()
    children = tuple(each.text for each in own if each.kind == "Operator")
    if answer.operator is None or not children:
        return answer
    return answer._replace(operator=(*answer.operator, *children))


def _answers(release: str, gates: tuple[str, ...], some: Sequence[Mutant]) -> Iterator[Verdict]:
    """What the oracle answers, read by a thread of its own."""
    ready: Queue[Verdict | BaseException | None] = Queue(_AHEAD)

    def read() -> None:
        try:
            known = kuberay(release).has("history-server")  # all gates came at once
            oracle = Oracle(release, tuple(f"{gate}=true" for gate in gates) if known else ())
            for answer in oracle.judge(each.text for each in some):
                ready.put(answer)
            ready.put(None)
        except BaseException as error:
            ready.put(error)

    Thread(target=read, daemon=True).start()
    while (answer := ready.get()) is not None:
        if isinstance(answer, BaseException):
            raise answer
        yield answer


def measure(release: str, asked: Iterator[Asked]) -> Measure:
    """Count where both sides agree and differ. A gate counts the manifests that came to it."""
    counts: Counter[tuple[str, str]] = Counter()
    found: list[tuple[Difference, Mutant]] = []
    known = declared()
    number = 0
    for mutant, answer, refusals in asked:
        number += 1
        if answer.error:
            counts["none", "not judged"] += 1
            continue
        for gate in SPEAKER:
            errors = getattr(answer, gate)
            if errors is not None:
                counts[gate, "refused" if errors else "accepted"] += 1
        counts["fields", "refused"] += len(answer.pruned)
        here = list(differences(answer, refusals))
        if not any(each.gate == CRASH for each in here) and not _shares_pods(mutant.text):
            here += _of_creation(answer, refusals, counts)
        for difference in here:
            listed = any(each.covers(difference, release) for each in known)
            counts[difference.gate, "declared" if listed else difference.side] += 1
            found.append((difference, mutant))
    return Measure(release, number, counts, found)


def _shares_pods(manifest: str) -> bool:
    """Whether two groups have one name: the pods of one of them are never made."""
    pending = [json.loads(manifest)]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            groups = part.get("workerGroupSpecs")
            listed = groups if isinstance(groups, list) else []
            names = [str(each.get("groupName")) for each in listed if isinstance(each, dict)]
            if len(names) > len({*names}):
                return True
            pending += part.values()
    return False


def _of_creation(
    answer: Verdict, refusals: Sequence[Refusal], counts: Counter[tuple[str, str]]
) -> Iterator[Difference]:
    """By family: an error of one that none of its rules says, a rule without an error of its own."""
    if answer.creation is None:
        return
    errors = {family(e.role, e.field, e.kind, e.text): e for e in answer.creation}
    whole = (e for e in answer.creation if family(e.role, e.field, e.kind, e.text) or e.field)
    met = families((e.role, e.field, e.kind, e.text) for e in whole)
    rules = {each.rule: each for each in refusals if each.by == SPEAKER["creation"]}
    if any(each.kind in _STOPS for each in answer.creation):  # it comes no further
        rules = {
            name: e for name, e in rules.items() if any(name in FAMILIES[f].rules for f in met if f)
        }
    for name in sorted({each for each in met if each} - besides(met)):
        counts[f"creation: {name}", "refused"] += 1
        if not FAMILIES[name].rules & rules.keys() and not _meant(errors[name].field, refusals):
            counts[f"creation: {name}", "missed"] += 1
            yield Difference("creation", "missed", f"{name}: {errors[name].role} {errors[name].text}")  # fmt: skip
    if None in met:
        error = errors[None]
        yield Difference("creation", "missed", f"no family: {error.role} {error.text}")
    for rule, refusal in rules.items():
        if not any(rule in FAMILIES[name].rules for name in met if name):
            own = next((name for name, each in FAMILIES.items() if rule in each.rules), "none")
            counts[f"creation: {own}", "invented"] += 1
            yield Difference("creation", "invented", str(refusal))


def _meant(field: str, refusals: Sequence[Refusal]) -> bool:
    """Whether something is missing there and its name is misspelt: one mistake."""
    beneath = f".template.{field}"
    return any(each.rule in FIELD_RULES and beneath in each.path for each in refusals)


def table(measured: Measure) -> str:
    """The counts, a line a gate, and of what creation refuses a line a family."""
    lines = [f"KubeRay {measured.release}: {measured.asked} manifests, {measured.counts['none', 'not judged']} not judged"]  # fmt: skip
    lines.append(
        f"  {'gate':44}{'refused':>9}{'accepted':>9}{'missed':>8}{'invented':>9}{'declared':>9}"
    )
    for gate in (*SPEAKER, "fields", CRASH):
        cells = [measured.counts[gate, side] for side in _SIDES]
        lines.append("  {:44}{:9}{:9}{:8}{:9}{:9}".format(gate, *cells))
    reached = measured.counts["creation", "refused"] + measured.counts["creation", "accepted"]
    for name in (*FAMILIES, "none"):
        refused, _, *wrong = (measured.counts[f"creation: {name}", side] for side in _SIDES[:4])
        if refused or any(wrong):
            lines.append("    {:42}{:9}{:9}{:8}{:9}".format(name, refused, reached - refused, *wrong))  # fmt: skip
    unmet = [name for name in FAMILIES if not measured.counts[f"creation: {name}", "refused"]]
    lines.append(f"  families that were not met: {', '.join(unmet) or 'none'}")
    return "\n".join(lines)


def told(found: Sequence[tuple[Difference, Mutant]], most: int = 30) -> str:
    """The differences, alike ones once with how often, each with a smallest manifest."""
    groups: Mapping[tuple[str, str, str], list[tuple[Difference, Mutant]]] = {}
    for difference, mutant in found:
        groups.setdefault(_alike(difference), []).append((difference, mutant))  # type: ignore[attr-defined]
    lines = []
    for some in sorted(groups.values(), key=len, reverse=True)[:most]:
        difference, mutant = min(some, key=lambda pair: (len(pair[1].changes), len(pair[1].text)))
        lines += [
            f"{len(some)} x {difference}",
            f"    {mutant.source}: {'; '.join(mutant.changes)}"[:500],
            f"    gates: {', '.join(mutant.gates) or 'as they are by default'}",
            f"    {mutant.text[:2000]}",
        ]
    return "\n".join(lines)


def _alike(difference: Difference) -> tuple[str, str, str]:
    import re

    words = difference.words
    if difference.side == "invented":
        words = words.split(" at ")[0]
    elif difference.gate == "fields":
        words = re.split(r"[.\]]", words)[-1]
    else:
        words = re.sub(r'"[^"]*"|\d+|\S*\.\S*', "_", words)
    return difference.gate, difference.side, words
