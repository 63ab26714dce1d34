"""What the operator's own code builds of real manifests, field by field: pods.

Not here: named cases (`tests/test_made_pods.py`), the other objects (`test_made_objects`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from builtobjects import built, compared, is_built, manifests
from kuberay import KNOWN, Oracle, Verdict, available
from randomclusters import clusters

from raypolicy.bundle import make_bundle
from raypolicy.source import SourceFile

pytestmark = pytest.mark.oracle

PODS = ("head-pod", "worker-pod")
GATES = {
    "1.7.0": (
        "GCSFaultToleranceEmbeddedStorage",
        "RayClusterHistoryServer",
        "RayClusterMTLS",
        "RayCronJob",
        "SidecarSubmitterRestart",
    ),
    "1.6.2": ("RayCronJob",),
    "1.5.1": ("RayMultiHostIndexing",),
}
"""Those of each release that are off by default and change what pods are made of."""
CASES = [*GATES.items(), *((release, ()) for release in KNOWN if release >= "1.4")]
MANY = 400
"""Clusters made at random, beside those that people wrote."""


@pytest.mark.parametrize(("release", "gates"), CASES)
def test_pods_are_those_that_the_operator_builds(release: str, gates: tuple[str, ...]) -> None:
    why = available(release)
    if why is not None:
        pytest.skip(why)
    oracle = Oracle(release, tuple(f"{gate}=true" for gate in gates))
    texts = [case.text for case in manifests()] + list(clusters(seed=6, count=MANY))
    fields: Counter[str] = Counter()
    wrong: list[str] = []
    for text, verdict in zip(texts, oracle.judge(texts), strict=True):
        for role, told, count in differences(text, verdict, release, gates):
            fields[role.partition("/")[0]] += count
            wrong += (f"{each}\n{text}" for each in told)
    print(f"{release}: {sum(fields.values())} fields compared, {len(wrong)} differ", dict(fields))
    assert wrong == []
    assert all(fields[role] for role in PODS)


def differences(
    text: str, verdict: Verdict, release: str, gates: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Each pod by its role: what differs, and how many fields were compared."""
    (resource,) = make_bundle("", [SourceFile("a.yaml", text)]).ray
    ours = built(resource, release, gates)
    for role in sorted({*verdict.objects, *ours}):
        want, got = verdict.objects.get(role), ours.get(role)
        if not role.startswith(PODS):
            continue
        if want is not None and got is not None:
            found = compared(want, got)
            yield role, found.different, found.fields
        elif is_built(verdict):
            yield role, (f"{role} is only {'here' if want is None else 'there'}",), 0
