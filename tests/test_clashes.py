"""Services of one name: a table of bundles. Not here: the rules' own examples (`test_rules`)."""

from __future__ import annotations

import pytest
from test_facts import model

POD = "{spec: {containers: [{name: a, image: b}]}}"
HEAD = f"headGroupSpec: {{template: {POD}}}"


def ray(kind: str, metadata: str, *, head: str = HEAD) -> str:
    spec = {
        "RayCluster": f"{{{head}}}",
        "RayJob": f"{{entrypoint: a, rayClusterSpec: {{{head}}}}}",
        "RayService": f"{{rayClusterConfig: {{{head}}}}}",
    }[kind]
    return f"apiVersion: ray.io/v1\nkind: {kind}\nmetadata: {{{metadata}}}\nspec: {spec}\n---\n"


def service(name: str, labels: str = "{}") -> str:
    return f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, labels: {labels}}}\n---\n"


NAMED = f"headGroupSpec: {{headService: {{metadata: {{name: x-head-svc}}}}, template: {POD}}}"
CLASHES = [
    # a bundle; the objects that come second, and the Service
    ("no other", ray("RayCluster", "name: a") + ray("RayJob", "name: b"), []),
    ("two kinds", ray("RayCluster", "name: a") + ray("RayJob", "name: a"), [("RayJob", "a-head-svc")]),
    ("of two namespaces", ray("RayCluster", "name: a, namespace: x") + ray("RayJob", "name: a, namespace: y"), []),
    ("a name of its own", ray("RayCluster", "name: a", head=NAMED) + ray("RayService", "name: x"), [("RayService", "x-head-svc")]),
    ("a placeholder", ray("RayCluster", "name: '${A}'") + ray("RayJob", "name: '${A}'"), []),
    ("a Service", ray("RayCluster", "name: a") + service("a-head-svc"), [("Service", "a-head-svc")]),
    ("another Service", ray("RayCluster", "name: a") + service("a-serve-svc"), []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [row[1:] for row in CLASHES], ids=[row[0] for row in CLASHES]
)
def test_who_comes_second(text: str, expected: list[tuple[str, str]]) -> None:
    found = model(text).root("service_clashes")
    assert [(each.kind.value, each.service.value) for each in found] == expected


def test_a_job_had_no_service_before() -> None:
    text = ray("RayCluster", "name: a") + ray("RayJob", "name: a")
    assert model(text, "1.4").root("service_clashes") == ()


LABELS = [
    ("{ray.io/cluster: a, ray.io/node-type: head}", True),
    ("{ray.io/cluster: b, ray.io/node-type: head}", False),
    ("{}", False),
]


@pytest.mark.parametrize(("labels", "own"), LABELS, ids=[row[0] for row in LABELS])
def test_what_the_operator_takes_for_its_own(labels: str, own: bool) -> None:
    text = ray("RayCluster", "name: a") + service("a-head-svc", labels)
    (clash,) = model(text).root("service_clashes")
    assert (clash.labelled_for_head.value, clash.first_kind.value) == (own, "RayCluster")


LABELLED = "{ray.io/cluster: %s, ray.io/node-type: %s, ray.io/identifier: %s}"
POSING = [
    (LABELLED % ("a", "head", "a-head"), True),
    (LABELLED % ("a", "worker", "a-head"), False),
    (LABELLED % ("a", "head", "a-worker"), False),
    (LABELLED % ("b", "head", "b-head"), False),
    ("{ray.io/cluster: a, ray.io/node-type: head}", False),
    ("'${LABELS}'", False),
]


@pytest.mark.parametrize(("labels", "poses"), POSING, ids=[row[0] for row in POSING])
def test_what_poses_as_a_head_service(labels: str, poses: bool) -> None:
    found = model(ray("RayCluster", "name: a") + service("mine", labels)).root("posers")
    names = [(each.name.value, each.head_service.value) for each in found]
    assert names == ([("mine", "a-head-svc")] if poses else [])


def test_the_clusters_of_jobs_have_random_names() -> None:
    text = ray("RayJob", "name: a") + service("mine", LABELLED % ("a", "head", "a-head"))
    assert model(text).root("posers") == ()
