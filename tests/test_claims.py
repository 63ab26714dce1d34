"""Which pods mount which claims of storage, and how many: a table of bundles.

Not here: the rules' own examples (`test_rules`).
"""

from __future__ import annotations

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, model, told

CLAIM = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec: {accessModes: %s}\n---\n"


def pod(claim: str, mount: str = "/data") -> str:
    if not claim:
        return "{spec: {containers: [{name: a, image: b}]}}"
    return (
        f"{{spec: {{containers: [{{name: a, image: b, volumeMounts: [{{name: v, mountPath: {mount}}}]}}], "
        f"volumes: [{{name: v, persistentVolumeClaim: {{claimName: {claim}}}}}]}}}}"
    )


def cluster(head: str, worker: str, size: str = "replicas: 3", spec: str = "suspend: false") -> str:
    return (
        f"apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {{name: dev}}\nspec:\n  {spec}\n"
        f"  headGroupSpec: {{template: {head}}}\n"
        f"  workerGroupSpecs:\n  - {{groupName: w, {size}, template: {worker}}}\n"
    )


PODS = [
    # head's claim, workers' claim, size of the group; pods
    ("c", "", "replicas: 3", "1"),
    ("", "c", "replicas: 3", "3"),
    ("c", "c", "replicas: 3", "4"),
    ("c", "c", "replicas: 0", "1"),
    ("c", "c", "replicas: 2, numOfHosts: 4", "9"),
    ("", "c", "replicas: '${N}'", UNKNOWN),
    ("c", "c", "replicas: '${N}'", UNKNOWN),
]


@pytest.mark.parametrize(("head", "worker", "size", "pods"), PODS)
def test_how_many_pods_mount_a_claim(head: str, worker: str, size: str, pods: str) -> None:
    (claim,) = model(cluster(pod(head), pod(worker), size)).root("claims")
    assert told(claim.pods) == pods


def test_the_autoscaler_may_make_more() -> None:
    text = cluster("{}", pod("c"), "maxReplicas: 7", "enableInTreeAutoscaling: true")
    assert [told(each.pods) for each in model(text).root("claims")] == ["7"]


@pytest.mark.parametrize("claim", ["''", "'${CLAIM}'", "5"])
def test_a_claim_whose_name_is_not_known_is_none(claim: str) -> None:
    assert model(cluster(pod(claim), pod(""))).root("claims") == ()


MODES = [
    ("[ReadWriteOnce]", "ReadWriteOnce"),
    ("[ReadWriteOnce, ReadWriteMany]", ABSENT_TEXT),
    ("'${MODES}'", ABSENT_TEXT),
]


@pytest.mark.parametrize(("modes", "access"), MODES, ids=[row[0] for row in MODES])
def test_what_a_claim_allows(modes: str, access: str) -> None:
    (claim,) = model(CLAIM % modes + cluster(pod("c"), pod(""))).root("claims")
    assert told(claim.access) == access


def test_a_claim_outside_of_the_bundle_says_nothing() -> None:
    (claim,) = model(cluster(pod("c"), pod(""))).root("claims")
    assert told(claim.access) == ABSENT_TEXT


SESSIONS = [("/tmp/ray", "4"), ("/tmp/ray/", "4"), ("/tmp", "4"), ("/tmp/ray/logs", "0")]


@pytest.mark.parametrize(("path", "count"), SESSIONS, ids=[row[0] for row in SESSIONS])
def test_whose_sessions_are_in_a_claim(path: str, count: str) -> None:
    (claim,) = model(cluster(pod("c", path), pod("c", path))).root("claims")
    assert told(claim.sessions) == count


def test_objects_are_counted_each_for_itself() -> None:
    two = cluster(pod("c"), pod("")) + "---\n" + cluster(pod("c"), pod("")).replace("dev", "other")
    assert [told(each.pods) for each in model(two).root("claims")] == ["1", "1"]
