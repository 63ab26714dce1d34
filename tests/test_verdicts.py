"""raypolicy agrees with what KubeRay's own code has said about stored manifests, and about each in
which the two once differed. Not here: asking that code (`oracle/test_gates`), which stores them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import pytest
from stored import Stored, read
from verdicts import Difference, Judge, declared, differences

from raypolicy.reader import read_yaml
from raypolicy.source import SourceFile

RELEASES: Final = ("1.7.0", "1.6.2")


@cache
def judge(release: str, gates: tuple[str, ...]) -> Judge:
    return Judge(release, gates)


def differing(case: Stored) -> Iterator[Difference]:
    """The differences about a case that are not declared."""
    found = differences(case, judge(case.release, case.gates).refusals(case.text))
    return (d for d in found if not any(each.covers(d, case.release) for each in declared()))


@pytest.mark.parametrize("release", RELEASES)
def test_both_say_the_same_about_stored_manifests(release: str) -> None:
    cases = [case for case in read() if case.release == release]
    assert len(cases) > 150
    found = [f"{d}\n    {case.gates}\n    {case.text}" for case in cases for d in differing(case)]
    assert not found, f"{len(found)} differences:\n" + "\n".join(found[:20])


def test_stored_manifests_show_both_sides_of_each_gate() -> None:
    for gate in ("schema", "webhook", "operator"):
        verdicts = [getattr(case, gate) for case in read()]
        assert sum(v == () for v in verdicts) > 200, gate
        assert any(verdicts), gate


class Found(NamedTuple):
    """A manifest in which the two once differed: who refuses it, by rule; nobody where empty."""

    name: str
    text: str
    rules: tuple[str, ...] = ()
    release: str = "1.7.0"
    gates: tuple[str, ...] = ()


_HEAD = "headGroupSpec: {template: {spec: {containers: [{name: ray-head, image: a}]}}}"


def _of(kind: str, spec: str, metadata: str = "name: a", version: str = "v1") -> str:
    return f"{{apiVersion: ray.io/{version}, kind: {kind}, metadata: {{{metadata}}}, spec: {{{spec}}}}}"  # fmt: skip


FOUND: Final = ()


@pytest.mark.parametrize("found", FOUND, ids=lambda found: found.name)
def test_what_once_differed(found: Found) -> None:
    assert read_yaml(SourceFile("case", found.text))
    refusals = judge(found.release, found.gates).refusals(found.text)
    assert tuple(sorted({each.rule for each in refusals})) == tuple(sorted(found.rules))
