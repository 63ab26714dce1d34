"""The schema of Ray's kinds: what the API server would refuse, drop or let pass, and what was meant.

Not here: the rules, whose examples are `test_rules`; the real API server, `oracle/test_schema_oracle`.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from raypolicy.bundle import make_bundle
from raypolicy.effective.apiversion import ALPHA, ALPHA_LACKS
from raypolicy.facts.violation import Violation
from raypolicy.model import Aim, Model
from raypolicy.prepared import table
from raypolicy.releases import kuberay, kuberay_releases
from raypolicy.schema.fields import V1, at, part, releases, releases_with, root
from raypolicy.schema.formats import has_form, is_time
from raypolicy.schema.telling import dotted
from raypolicy.schema.validations import broken
from raypolicy.schema.walk import faults
from raypolicy.source import SourceFile
from raypolicy.tree import ABSENT
from raypolicy.values import Version

NEWEST = kuberay().version
PARTS = [part(number) for number in range(len(table("fields")["lines"]))]


def pod(**container: object) -> dict[str, Any]:
    return {
        "spec": {"containers": [{"name": "ray", "image": "rayproject/ray:2.52.0", **container}]}
    }


def cluster(head: object = None, worker: object = None, **spec: object) -> dict[str, Any]:
    workers = (
        []
        if worker is None
        else [{"groupName": "w", "rayStartParams": {}, "template": pod(), **worker}]
    )  # type: ignore[dict-item]
    heads = {"rayStartParams": {}, "template": pod(), **(head or {})}  # type: ignore[dict-item]
    written = {"headGroupSpec": heads, "workerGroupSpecs": workers, **spec}
    return {"apiVersion": V1, "kind": "RayCluster", "metadata": {"name": "dev"}, "spec": written}


def job(**spec: object) -> dict[str, Any]:
    return {
        "apiVersion": V1,
        "kind": "RayJob",
        "metadata": {"name": "dev"},
        "spec": {"entrypoint": "a", **spec},
    }


def found(value: dict[str, Any], release: str | None = None) -> list[str]:
    number = root(value["apiVersion"], value["kind"], kuberay(release).version)
    assert number is not None
    return [f"{each.kind} {dotted(each.path)}" for each in faults(value, number)]


HEAD = "spec.headGroupSpec"
WORKER = "spec.workerGroupSpecs[0]"
CONTAINER = f"{HEAD}.template.spec.containers[0]"


def in_container(**fields: object) -> dict[str, Any]:
    return cluster(head={"template": pod(**fields)})


FAULTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "sound": (cluster(worker={"replicas": 1}), []),
    "status is dropped": ({**cluster(), "status": {"state": 3, "head": []}}, []),
    "after its fields are looked at": (
        {**cluster(), "status": {"invented": 3}},
        ["unknown field status.invented"],
    ),
    # pruning
    "unknown field": (cluster(foo=1), ["unknown field spec.foo"]),
    "unknown block, once": (cluster(foo={"a": {"b": 1}}), ["unknown field spec.foo"]),
    "unknown though null": (cluster(foo=None), ["unknown field spec.foo"]),
    "free keys of a map": (cluster(head={"rayStartParams": {"anything": "1"}}), []),
    "templated key": (cluster(**{"{{ .Values.key }}": 1}), []),
    "unknown in own metadata": (
        {**cluster(), "metadata": {"name": "a", "clusterName": "b"}},
        ["unknown field metadata.clusterName"],
    ),
    "unknown in a pod's metadata": (
        cluster(head={"template": {**pod(), "metadata": {"creationTimestamp": None}}}),
        [f"unknown field {HEAD}.template.metadata.creationTimestamp"],
    ),
    # nulls and defaults
    "null is nothing": (cluster(rayVersion=None, autoscalerOptions=None), []),
    "null where required": (cluster(head={"template": None}), [f"required {HEAD}.template"]),
    "null where there is a default": (cluster(worker={"replicas": None, "numOfHosts": None}), []),
    "null in a map": (cluster(head={"rayStartParams": {"num-cpus": None}}), []),
    "null in a list": (in_container(args=["a", None]), [f"type {CONTAINER}.args[1]"]),
    "required with a default": (in_container(ports=[{"containerPort": 80}]), []),
    # types
    "number for a text": (cluster(rayVersion=2.9), ["type spec.rayVersion"]),
    "boolean for a text": (in_container(env=[{"name": "A", "value": True}]), [f"type {CONTAINER}.env[0].value"]),
    "text for a number": (cluster(worker={"replicas": "1"}), [f"type {WORKER}.replicas"]),
    "text for a boolean": (cluster(enableInTreeAutoscaling="true"), ["type spec.enableInTreeAutoscaling"]),
    "boolean for a number": (cluster(worker={"replicas": True}), [f"type {WORKER}.replicas"]),
    "whole float for an integer": (cluster(worker={"replicas": 2.0}), []),
    "fraction for an integer": (cluster(worker={"replicas": 2.5}), [f"type {WORKER}.replicas"]),
    "float beyond integers": (cluster(worker={"replicas": 1e30}), [f"type {WORKER}.replicas"]),
    "mapping for a list": (cluster(workerGroupSpecs={}), ["type spec.workerGroupSpecs"]),
    "list for a mapping": (cluster(headGroupSpec=[]), ["type spec.headGroupSpec"]),
    "text for the spec": ({**cluster(), "spec": "small"}, ["type spec"]),
    "nothing within what has a wrong type": (cluster(rayVersion={"a": 1}), ["type spec.rayVersion"]),
    "number for an amount": (in_container(resources={"limits": {"cpu": 2}}), []),
    "fraction for an amount": (in_container(resources={"limits": {"cpu": 1.5}}), [f"type {CONTAINER}.resources.limits.cpu"]),
    "placeholder of any type": (cluster(worker={"replicas": "${REPLICAS}"}, suspend="{{ .Values.x }}"), []),
    "name in capitals": (in_container(resources={"limits": {"cpu": "CPU_LIMIT"}}), []),
    # bounds
    "beyond 32 bits": (cluster(worker={"replicas": 2**31}), [f"too high {WORKER}.replicas"]),
    "just within 32 bits": (cluster(worker={"maxReplicas": 2**31 - 1, "minReplicas": -(2**31)}), []),
    "below the least": (
        job(deletionStrategy={"deletionRules": [{"policy": "DeleteSelf", "condition": {"jobStatus": "FAILED", "ttlSeconds": -1}}]}),
        ["too low spec.deletionStrategy.deletionRules[0].condition.ttlSeconds"],
    ),
    "too few items": (job(deletionStrategy={"deletionRules": []}), ["too short spec.deletionStrategy.deletionRules"]),
    # values
    "value of a list": (cluster(autoscalerOptions={"upscalingMode": "Default"}), []),
    "value of none": (cluster(autoscalerOptions={"upscalingMode": "default"}), ["enum spec.autoscalerOptions.upscalingMode"]),
    "value of a rule in CEL": (cluster(managedBy="me"), ["enum spec.managedBy"]),
    "amount": (in_container(resources={"limits": {"memory": "+.5e3"}}), []),
    "no amount": (in_container(resources={"limits": {"memory": "16GB"}}), [f"form {CONTAINER}.resources.limits.memory"]),
    # lists
    "same port, other protocol": (in_container(ports=[{"containerPort": 1, "protocol": "UDP"}, {"containerPort": 1}]), []),
    "same port by the default": (
        in_container(ports=[{"containerPort": 1, "protocol": "TCP"}, {"containerPort": 1}]),
        [f"duplicate {CONTAINER}.ports[1]"],
    ),
    "same variable twice": (
        in_container(env=[{"name": "A"}, {"name": "B"}, {"name": "A"}]),
        [f"duplicate {CONTAINER}.env[2]"],
    ),
    "placeholders may differ": (in_container(env=[{"name": "$A"}, {"name": "$A"}]), []),
    "arguments may be the same": (in_container(args=["a", "a"]), []),
    # rules in CEL
    "both policies": (job(deletionStrategy={"onSuccess": {"policy": "DeleteSelf"}, "onFailure": {"policy": "DeleteSelf"}}), []),
    "one policy": (job(deletionStrategy={"onSuccess": {"policy": "DeleteSelf"}}), ["incomplete spec.deletionStrategy"]),
    "policies and rules": (
        job(deletionStrategy={"onFailure": {"policy": "DeleteSelf"}, "deletionRules": [{"policy": "DeleteSelf", "condition": {"jobStatus": "FAILED"}}]}),
        ["clash spec.deletionStrategy.onFailure"],
    ),
    "a rule without a condition's field": (
        job(deletionStrategy={"deletionRules": [{"policy": "DeleteSelf", "condition": {"jobStatus": None}}]}),
        ["incomplete spec.deletionStrategy.deletionRules[0].condition"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), FAULTS.values(), ids=FAULTS)
def test_what_breaks_the_schema(value: dict[str, Any], expected: list[str]) -> None:
    before = json.dumps(value)
    assert found(value) == expected
    assert json.dumps(value) == before, "input is never changed"


OLDER = [
    ("rayStartParams is required", {"rayStartParams": None}, "1.3.2", [f"required {HEAD}.rayStartParams"]),
    ("no more", {"rayStartParams": None}, "1.4.0", []),
    ("resources of a group", {"resources": {"CPU": "1"}}, "1.4.2", [f"unknown field {HEAD}.resources"]),
    ("which 1.5 has", {"resources": {"CPU": "1"}}, "1.5.0", []),
    ("replicas of the head", {"replicas": 1}, "1.0", []),
    ("which 1.1 has not", {"replicas": 1}, "1.1", [f"unknown field {HEAD}.replicas"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("head", "release", "expected"), [row[1:] for row in OLDER], ids=[row[0] for row in OLDER]
)
def test_by_release(head: dict[str, Any], release: str, expected: list[str]) -> None:
    assert found(cluster(head=head), release) == expected


def test_an_alias_is_walked_once_and_one_that_holds_itself_ends() -> None:
    shared = pod(foo=1)
    value = cluster(head={"template": shared}, worker={"template": shared})
    assert found(value) == [f"unknown field {CONTAINER}.foo"]
    loop: dict[str, Any] = cluster()
    loop["spec"]["headGroupSpec"]["template"]["spec"]["affinity"] = loop["spec"]
    assert "unknown field spec.headGroupSpec.template.spec.affinity.headGroupSpec" in found(loop)


TIMES = [
    ("2026-01-01T00:00:00Z", True), ("2026-01-01t23:59:59.5+02:00", True), ("2024-02-29T00:00:00z", True),
    ("2026-01-01T24:00:00Z", False), ("2026-13-01T00:00:00Z", False), ("2023-02-29T00:00:00Z", False),
    ("2026-01-01", False), ("2026-01-01 00:00:00Z", False), ("2026-01-01T00:00:00", False), ("", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TIMES)
def test_times(text: str, expected: bool) -> None:
    assert is_time(text) is expected


AMOUNT = next(
    each["pattern"] for each in PARTS if "x-kubernetes-int-or-string" in each and "pattern" in each
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", True),
        ("-1.5Gi", True),
        ("1.", True),
        (".5", True),
        ("1e-3", True),
        ("1e3.5", True),
        ("", False),
    ]
    + [(text, False) for text in ("Gi", "1 Gi", "1GB", "1\n", "1_000", "٣", "1.5.5")],
)
def test_amounts(text: str, expected: bool) -> None:
    assert has_form(text, AMOUNT) is expected


# The tables


def test_every_release_from_1_0_on_has_tables_and_no_other() -> None:
    known = [each.version for each in kuberay_releases() if each.version.minor >= (1, 0)]
    assert list(releases()) == sorted(known)
    assert root(V1, "RayCluster", kuberay("0.6").version) is None


@pytest.mark.parametrize("release", releases(), ids=str)
def test_kinds_by_release(release: Version) -> None:
    kinds = set(table("fields")["head"][release.text])
    old = {
        f"{version} {kind}"
        for version in (V1, ALPHA)
        for kind in ("RayCluster", "RayJob", "RayService")
    }
    assert kinds == (old | {"ray.io/v1 RayCronJob"} if release.minor >= (1, 6) else old)


def test_the_walk_knows_every_word_of_the_tables() -> None:
    words = {word for each in PARTS for word in each}
    assert words == {
        "additionalProperties", "default", "enum", "format", "items", "maxLength", "minItems", "minLength",
        "minimum", "nullable", "pattern", "properties", "required", "type", "x-kubernetes-int-or-string",
        "x-kubernetes-list-map-keys", "x-kubernetes-list-type", "x-kubernetes-validations",
    }  # fmt: skip
    assert {each.get("type") for each in PARTS} == {
        "string",
        "integer",
        "boolean",
        "number",
        "array",
        "object",
        None,
    }
    assert {each["format"] for each in PARTS if "format" in each} == {"int32", "int64", "date-time"}
    assert all(not isinstance(each.get("default"), dict | list) for each in PARTS)
    assert all("type" in each or "x-kubernetes-int-or-string" in each or not each for each in PARTS)


def test_every_rule_in_cel_has_a_name() -> None:
    for each in PARTS:
        value: Any = "x" if each.get("type") == "string" else {}
        list(broken(each.get("x-kubernetes-validations", []), value))


def test_parts_are_told_once_and_without_prose() -> None:
    assert len({json.dumps(each, sort_keys=True) for each in PARTS}) == len(PARTS)
    assert all("description" not in each for each in PARTS)


SINCE = [
    ("RayCluster", "spec.headGroupSpec.resources", "1.5.0"),
    ("RayCluster", "spec.gcsFaultToleranceOptions", "1.3.0"),
    ("RayCluster", "spec.authOptions", "1.5.1"),
    ("RayCluster", "spec.networkPolicy", "1.7.0"),
    ("RayJob", "spec.deletionStrategy", "1.5.0"),
    ("RayJob", "spec.submissionMode", "1.1.0"),
    ("RayService", "spec.upgradeStrategy", "1.3.0"),
]


@pytest.mark.parametrize(("kind", "path", "since"), SINCE)
def test_since(kind: str, path: str, since: str) -> None:
    assert releases_with(V1, kind, tuple(path.split(".")))[0] == Version.parse(since)


def test_the_names_that_v1alpha1_lacks_are_those_of_the_tables() -> None:
    places = {
        "RayCluster": (("spec",), ("spec", "autoscalerOptions"), ("spec", "headGroupSpec"), ("spec", "workerGroupSpecs", 0)),
        "RayJob": (("spec",),),
        "RayService": (("spec",),),
    }  # fmt: skip
    lacking = set()
    for kind, paths in places.items():
        for path in paths:
            new, old = (
                part(at(root(version, kind, NEWEST), path) or 0)["properties"]
                for version in (V1, ALPHA)
            )
            lacking |= new.keys() - old.keys()
    assert lacking == ALPHA_LACKS


# What was meant


def violations(text: str, target: str | None = None) -> tuple[Violation, ...]:
    bundle = make_bundle("", [SourceFile("a.yaml", text)])
    return Model(bundle, Aim(kuberay(target), "2026-01-01")).violations


def only(value: dict[str, Any], target: str | None = None) -> Violation:
    (each,) = violations(json.dumps(value), target)
    return each


def told(each: Violation, *names: str) -> dict[str, str]:
    facts = {name: getattr(each, name).value for name in names}
    return {name: str(value) for name, value in facts.items() if value is not ABSENT}


GUESSES = ("nearest", "alike", "elsewhere", "since", "until")
MEANT = [
    ("another case", cluster(rayversion="2.52.0"), None, {"nearest": "rayVersion"}),
    ("other signs", cluster(worker={"min_replicas": 1}), None, {"nearest": "minReplicas"}),
    ("one letter", cluster(worker={"minReplica": 1}), None, {"nearest": "minReplicas"}),
    ("two exchanged", cluster(worker={"replcias": 1}), None, {"nearest": "replicas"}),
    ("not one that is there", cluster(worker={"replicas": 1, "replica": 1}), None, {}),
    ("not one that would not take it", cluster(worker={"replica": {"a": 1}}), None, {}),
    ("the beginning", cluster(worker={"idleTimeout": 1}), None, {"alike": "idleTimeoutSeconds"}),
    ("a like name", cluster(worker={"maxReplicaCount": 1}), None, {"alike": "maxReplicas"}),
    ("what holds it, not what is like it", cluster(gcsFTOptions={"redisAddress": "redis:6379"}), None,
     {"alike": "gcsFaultToleranceOptions"}),
    ("one level up", cluster(head={"enableInTreeAutoscaling": True}), None, {"elsewhere": "spec"}),
    ("one level down", cluster(headService={}), None, {"elsewhere": "headGroupSpec"}),
    ("in a list", cluster(head={"template": {"spec": {**pod()["spec"], "env": []}}}), None,
     {"elsewhere": "containers[] or initContainers[]"}),
    ("nowhere", cluster(costCentre="a"), None, {}),
    ("a later release", cluster(networkPolicy={}), "1.6", {"since": "1.7.0"}),
    ("an earlier release", cluster(head={"replicas": 1}), None, {"until": "1.1.0"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "target", "expected"),
    [row[1:] for row in MEANT],
    ids=[row[0] for row in MEANT],
)
def test_what_an_unknown_field_was_meant_to_be(
    value: dict[str, Any], target: str | None, expected: dict[str, str]
) -> None:
    assert told(only(value, target), *GUESSES) == expected


def test_a_missing_field_that_is_misspelt_is_known_by_its_slip() -> None:
    value = cluster()
    value["spec"]["headGroupspec"] = value["spec"].pop("headGroupSpec")
    unknown, missing = sorted(
        violations(json.dumps(value)), key=lambda each: each.fault.value == "required"
    )
    assert unknown.nearest.value == "headGroupSpec"
    assert missing.meant_by.value == "headGroupspec"


@pytest.mark.parametrize(
    ("allowed", "written", "expected"),
    [
        ("upscalingMode", "aggressive", "Aggressive"),
        ("upscalingMode", "Agressive", "Aggressive"),
        ("version", "v3", None),
    ],
)
def test_values_that_were_meant(allowed: str, written: str, expected: str | None) -> None:
    each = only(cluster(autoscalerOptions={allowed: written}))
    assert each.nearest.known == expected


def test_what_later_releases_know_is_told_once_for_all_groups() -> None:
    value = cluster(worker={"labels": {"a": "b"}})
    value["spec"]["workerGroupSpecs"] *= 3
    assert [each.path.value for each in violations(json.dumps(value), "1.4")] == [
        f"{WORKER}.labels"
    ]


TEXTS = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: dev}
spec:
  suspend: "TRUE"
  headGroupSpec:
    rayStartParams: {}
    template:
      spec:
        containers:
        - name: ray
          env:
          - {name: A, value: 0x1F}
          - {name: B, value: on}
          ports: [{containerPort: "80"}]
"""


def test_what_a_value_would_be_in_the_right_type() -> None:
    found = [
        told(each, "value", "text", "number", "boolean", "expected", "type")
        for each in violations(TEXTS)
    ]
    assert found == [
        {"value": "TRUE", "boolean": "True", "expected": "true or false", "type": "text"},
        {"value": "31", "text": "0x1F", "expected": "a text", "type": "whole number"},
        {"value": "True", "text": "on", "expected": "a text", "type": "boolean"},
        {"value": "80", "number": "80", "expected": "a whole number", "type": "text"},
    ]


BAD_OBJECTS = [
    ("no spec", "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: a}\n", ["no spec spec"]),
    ("null spec", "apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {name: a}\nspec:\n", ["no spec spec"]),
    ("no name", "apiVersion: ray.io/v1\nkind: RayJob\nspec: {}\n", ["required metadata.name"]),
    ("generated name", "apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {generateName: a-}\nspec: {}\n", []),
    ("empty", "apiVersion: ray.io/v1\nkind: RayService\nmetadata: {name: a}\nspec: {}\n", ["required spec.rayClusterConfig"]),
    ("unknown kind", "apiVersion: ray.io/v1\nkind: RayFarm\n", ["no kind kind"]),
    ("unknown version", "apiVersion: ray.io/v1beta1\nkind: RayJob\n", ["no kind apiVersion"]),
    ("a list", "apiVersion: ray.io/v1\nkind: RayJobList\nitems: []\n", []),
    ("one of a mixed list", "apiVersion: v1\nkind: List\nitems:\n- 3\n-\n- {apiVersion: v1, kind: Pod}\n"
     "- {apiVersion: ray.io/v1, kind: RayJob, metadata: {name: a}, spec: []}\n", ["type spec"]),
    ("a template", "apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {name: a}\n'{{ .Values.spec }}': 1\n", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [row[1:] for row in BAD_OBJECTS], ids=[row[0] for row in BAD_OBJECTS]
)
def test_bad_objects_are_told_once(text: str, expected: list[str]) -> None:
    assert [f"{each.fault.value} {each.path.value}" for each in violations(text)] == expected


@pytest.mark.parametrize("target", ["0.6", "1.5"])
def test_what_a_release_does_not_serve_is_not_judged(target: str) -> None:
    assert (
        violations(
            "apiVersion: ray.io/v1\nkind: RayCronJob\nmetadata: {name: a}\nspec: 3\n", target
        )
        == ()
    )


def test_paths_are_written_as_the_api_server_does() -> None:
    assert dotted(("spec", "a", 0, "b.c/d")) == "spec.a[0].b.c/d"
