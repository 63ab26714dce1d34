"""What the operator's own code builds of real manifests, field by field: all but pods.

Not here: named cases (`tests/test_made_services.py`, `tests/test_made_jobs.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from builtobjects import Manifest, built, compared, is_built, manifests
from kuberay import KNOWN, Oracle, available
from randomservices import resources

from raypolicy.bundle import make_bundle
from raypolicy.source import SourceFile

pytestmark = pytest.mark.oracle

PODS = ("head-pod", "worker-pod")
DECLARED = {
    "numOfHosts": "a zero is left out when the operator writes the cluster of a RayJob or"
    " RayService; we show what the API server makes of that, 1",
}
"""Fields that differ for a reason."""
MANY = 1000
NEVER = {
    "InteractiveMode": "with a jobId the head Service comes when the job runs; the oracle stops before",
    "headgroup": "the operator takes the head for a worker, and its cluster is never ready",
}
"""Words of manifests of which the oracle builds less than the operator may."""
GATES = (
    "RayCronJob",
    "RayClusterNetworkPolicy",
    "GCSFaultToleranceEmbeddedStorage",
    "SidecarSubmitterRestart",
)
CASES = [("1.7.0", GATES), *((release, ()) for release in KNOWN if release >= "1.4")]
"""Releases and the feature gates that are on; what older ones build is not followed to each field."""


@pytest.mark.parametrize(("release", "gates"), CASES)
def test_objects_are_those_that_the_operator_builds(release: str, gates: tuple[str, ...]) -> None:
    why = available(release)
    if why is not None:
        pytest.skip(why)
    oracle = Oracle(release, tuple(f"{gate}=true" for gate in gates))
    cases = [*manifests(), *at_random()]
    fields: Counter[str] = Counter()
    wrong: list[str] = []
    for case, verdict in zip(cases, oracle.judge(each.text for each in cases), strict=True):
        if not is_built(verdict):
            continue
        ours = built(case.resource, release, gates)
        for role in sorted({*verdict.objects, *ours}):
            if role.startswith(PODS):
                continue
            want, got = verdict.objects.get(role), ours.get(role)
            if want is None and any(word in case.text for word in NEVER):
                continue
            if want is None or got is None:
                wrong.append(f"{case.origin}: {role} is only {'here' if want is None else 'there'}")
                continue
            found = compared(want, got)
            fields[role.partition("/")[0]] += found.fields
            wrong += (
                f"{case.origin}: {role}: {each}"
                for each in found.different
                if not any(name in each for name in DECLARED)
            )
    print(f"{release}: {sum(fields.values())} fields compared, {len(wrong)} differ", dict(fields))
    assert wrong == []


def at_random() -> Iterator[Manifest]:
    """Resources that nobody wrote."""
    for index, text in enumerate(resources(seed=5, count=MANY)):
        (resource,) = make_bundle("", (SourceFile("random.yaml", text),)).ray
        yield Manifest(f"random {index}", text, resource)
