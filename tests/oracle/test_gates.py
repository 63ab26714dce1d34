"""KubeRay's own code and raypolicy judge the same manifests: what the API server, the webhook, the
operator and the creation of pods refuse is found, nothing else is. Not here: the parts of that
(`mutants`, `directed`, `measure`), the same without Go (`test_verdicts`).

The oracle of a release is built by `oracle/build.sh RELEASE`; a release that is not there is left
out, and said. The newest one that is there gets most of the manifests. `UPDATE=1` stores cases that
derive from `fixtures/` with the answers about them.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import kuberay
import made
import pytest
from constraints import Constraint, constraints
from directed import TIMES, Tally, breaking, keeping, schemas
from gocoverage import sites
from measure import ROOT, Measure, answered, ask, bases, measure, table, told
from mutants import Mutant, mutants
from provoking import provoking
from stored import Stored, write
from verdicts import Difference, declared

pytestmark = pytest.mark.oracle

SEED: Final = 20_261_126
MOST: Final = 20_000
SOME: Final = 3_000
STORED: Final = {"1.7.0": 2_000, "1.6.2": 200}
KNOWN: Final = ("1.7.0", "1.6.2", "1.5.1", "1.4.2")
BUILT: Final = [release for release in KNOWN if kuberay.available(release) is None]
FIXTURES: Final = ROOT / "fixtures"
CORPUS: Final = Path(os.environ.get("RAYPOLICY_CORPUS") or "nowhere")
COUNTERS: Final = os.environ.get("GOCOVERDIR", "")

_WITH_STATUS: Final = "depends on a status, which no manifest has"
_BY_SCHEMA: Final = "the schema refuses it before"
_BY_DEFAULT: Final = "the schema fills it in before"
UNREACHED: Final = {
    "invalid RayCluster State": _WITH_STATUS,
    "JobDeploymentStatus cannot be `Waiting`": _WITH_STATUS,
    'valid options are %s or %s", *instance': _BY_SCHEMA,
    "must set both minReplicas and maxReplicas": _BY_DEFAULT,
    "can be suspended only when the RayJobDeletionPolicy": "the gate is on by default",
    "RayJobDeletionPolicy feature gate must be enabled": "the gate is on by default",
    "Cannot use both legacy": _BY_SCHEMA,
    "requires either BOTH onSuccess and onFailure": _BY_SCHEMA,
    "both DeletionStrategy.OnSuccess and": _BY_SCHEMA,
    "cannot set both JobStatus and JobDeploymentStatus": _BY_SCHEMA,
    "exactly one of JobStatus and JobDeploymentStatus": _BY_SCHEMA,
    "TTLSeconds must be non-negative": _BY_SCHEMA,
    "deletionRules[%d]: %w": _BY_SCHEMA,
    "preRunningDeadlineSeconds must be a positive": _BY_SCHEMA,
    "RayClusterDeletionDelaySeconds should be": _BY_SCHEMA,
    "timeZone must not be empty string": _BY_SCHEMA,
}
"""Errors that no manifest can bring about, by words of their source line, and why."""


@cache
def given(release: str) -> tuple[Mutant, ...]:
    """The manifests that a release is asked about."""
    folders = [folder for folder in (FIXTURES, CORPUS) if folder.is_dir()]
    sound, every = bases(release, folders)
    known = schemas(kuberay.binary(release).with_name(f"kuberay-{release}"))
    most = release == BUILT[0]
    gates = kuberay.feature_gates(release)
    found = list(mutants(sound, every, MOST if most else SOME, SEED, gates))
    if most:
        found += [*breaking(sound, known), *keeping(sound, known), *provoking(sound)]
    return tuple({(each.text, each.gates): each for each in found}.values())


@cache
def measured(release: str) -> Measure:
    """What both sides said; constraints are counted by the way."""
    known = schemas(kuberay.binary(release).with_name(f"kuberay-{release}"))

    def watched():  # type: ignore[no-untyped-def]
        for each in ask(release, given(release)):
            if each.answer.kind in known and each.answer.schema is not None:
                TALLIES[release].note(each.answer.kind, each.mutant.text, each.answer.schema, known[each.answer.kind])  # fmt: skip
            yield each

    TALLIES[release] = Tally(Counter(), Counter())
    return measure(release, watched())


TALLIES: Final[dict[str, Tally]] = {}


@pytest.fixture(autouse=True, scope="module")
def _built() -> None:
    if not BUILT:
        pytest.skip("no oracle is built: oracle/build.sh builds those of some releases")


@pytest.mark.parametrize("release", KNOWN)
def test_both_say_the_same(release: str, capsys: pytest.CaptureFixture[str]) -> None:
    if release not in BUILT:
        pytest.skip(str(kuberay.available(release)))
    found = measured(release)
    with capsys.disabled():
        print(f"\n{table(found)}")
    known = declared()
    new = [pair for pair in found.differences if not any(d.covers(pair[0], release) for d in known)]
    assert not new, f"{len(new)} differences:\n{told(new)}"


def test_no_declared_difference_is_gone() -> None:
    met = [(each, release) for release in BUILT for each, _ in measured(release).differences]
    of_gates = (each for each in declared() if each.gate != "objects")
    due = [each for each in of_gates if {*(each.releases or KNOWN)} <= {*BUILT}]
    gone = [each for each in due if not any(each.covers(d, release) for d, release in met)]
    assert not gone, "oracle/differences.yaml lists what is no difference any more"


def test_every_constraint_is_broken_and_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the CRDs, outside of the schema of pods; a rule that compares with an earlier state needs
    one, and a field with a default is never missing.
    """
    release = BUILT[0]
    if release != KNOWN[0]:
        pytest.skip(f"the API server of {release} checks no range of whole numbers")
    measured(release)
    known = schemas(kuberay.binary(release).with_name(f"kuberay-{release}"))
    every = [c for kind, spec in known.items() for c in constraints(kind, spec) if not c.in_pod]
    tally = TALLIES[release]
    broken = {c: tally.broken[c[:3]] for c in every if not _spared(c, known[c.kind])}
    kept = {c: tally.kept[c[:3]] for c in every}
    with capsys.disabled():
        print(f"\n  {len(every)} constraints of the CRDs, {len(every) - len(broken)} cannot be broken")  # fmt: skip
        print(f"  broken least often: {least(broken)}\n  kept least often: {least(kept)}")
    rare = [c for c, count in broken.items() if count < TIMES]
    assert not rare, f"broken too rarely: {'; '.join(map(str, rare))}"
    rare = [c for c, count in kept.items() if count < TIMES]
    assert not rare, f"kept too rarely: {'; '.join(map(str, rare))}"


def least(counted: Mapping[Any, int], most: int = 4) -> str:
    """The few that were met least often, and how often."""
    few = sorted(counted.items(), key=lambda pair: (pair[1], str(pair[0])))[:most]
    return "; ".join(f"{count} x {name}" for name, count in few)


def _spared(constraint: Constraint, spec: dict) -> bool:  # type: ignore[type-arg]
    from directed import part_of

    part = part_of(spec, constraint.way)
    name, _, detail = constraint.keyword.partition(":")
    if name == "required":
        return "default" in part["properties"][detail]
    return name == "rule" and "oldSelf" in part["x-kubernetes-validations"][int(detail)]["rule"]


@pytest.mark.skipif(not COUNTERS, reason="the oracle was not built to count (GOCOVERDIR)")
def test_every_error_of_the_operator_is_met_and_avoided(capsys: pytest.CaptureFixture[str]) -> None:
    release = BUILT[0]
    measured(release)
    folder = kuberay.binary(release).with_name(f"kuberay-{release}")
    found = list(sites(Path(COUNTERS), folder / "controllers/ray/utils/validation.go"))
    counted = [each for each in found if not any(words in each.source for words in UNREACHED)]  # fmt: skip
    with capsys.disabled():
        print(f"\n  {len(found)} errors of the operator's validation, {len(found) - len(counted)} out of reach")  # fmt: skip
        print(f"  met least often: {least({f'line {s.line}': s.refused for s in counted})}")
        print(f"  avoided least often: {least({f'line {s.line}': s.accepted for s in counted})}")
    rare = [each for each in counted if min(each.refused, each.accepted) < TIMES]
    assert not rare, "\n".join(map(str, rare))


@pytest.mark.skipif(find_spec("raypolicy.made") is None, reason="raypolicy makes no objects")
def test_the_objects_are_those_that_the_operator_creates(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Of every resource that all gates accept. Fields that differ are differences of the gate
    `objects`.
    """
    release = BUILT[0]
    found = [
        leaf
        for mutant, answer in answered(release, given(release)[:SOME])
        if answer.creation == () and not answer.operator
        for leaf in made.compare(answer.objects, made.objects(mutant.text, release, mutant.gates))
    ]
    compared, differing = made.counted(iter(found))
    with capsys.disabled():
        print(f"\n  {'object':22}{'fields':>9}{'differing':>11}")
        for role, count in compared.items():
            print(f"  {role:22}{count:9}{differing[role]:11}")
    known = declared()
    new = {
        f"{leaf.role} {leaf.path}: {leaf.theirs!r} is created, {leaf.ours!r} is said"
        for leaf in found
        if not made.same(leaf)
        and not any(
            each.covers(Difference("objects", "missed", f"{leaf.role} {leaf.path}"), release)
            for each in known
        )
    }
    assert not new, "\n".join(sorted(new)[:60])


@pytest.mark.skipif(not os.environ.get("UPDATE"), reason="UPDATE=1 stores cases")
def test_cases_are_stored() -> None:
    found: list[Stored] = []
    for release, count in STORED.items():
        if release in BUILT:
            sound, every = bases(release, [FIXTURES])
            some = mutants(sound, every, count, SEED, kuberay.feature_gates(release))
            found += (
                Stored(release, m.gates, a.schema, a.webhook, a.operator, a.pruned, m.text)
                for m, a in answered(release, some)
                if not a.error
            )
    write(found)
