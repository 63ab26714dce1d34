"""What is true of names, labels and annotations: tables of facts, by the paths that rules use.

Not here: facts of clusters, pods and containers (`test_facts`).
"""

from __future__ import annotations

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, cluster, fact, model, node, resource, told

from raypolicy import knownkeys, kubenames
from raypolicy.facts.metadata import Metadata
from raypolicy.facts.tag import Tag

# What Kubernetes takes for names

FAULTS = [
    # text, as a DNS label, as a subdomain, as a label's value, as a key
    ("dev", "", "", "", ""),
    ("a.b", "has a dot in it", "", "", ""),
    ("a_b", "has an underscore in it", "has an underscore in it", "", ""),
    ("Ab", "has the capital letter A in it", "has the capital letter A in it", "", ""),
    ("a-", "ends with a dash", "ends with a dash", "ends with a dash", "ends with a dash"),
    ("a..b", "has a dot in it", "has a dot beside a dot or a dash", "", ""),
    ("", "is empty", "is empty", "", "is empty"),
    ("a b", "has a blank in it", "has a blank in it", "has a blank in it", "has a blank in it"),
    ("x.io/a", "has a dot in it", "has a slash in it", "has a slash in it", ""),
    ("x/y/z", "has a slash in it", "has a slash in it", "has a slash in it", "has more than one slash"),
    ("/a", "has a slash in it", "has a slash in it", "has a slash in it", "has a domain that is empty"),
    ("ä", "has 'ä' in it", "has 'ä' in it", "has 'ä' in it", "has 'ä' in it"),
    ("a\n", "has '\\n' in it", "has '\\n' in it", "has '\\n' in it", "has '\\n' in it"),
    ("a" * 64, *["has 64 characters, more than 63"] * 1, "", *["has 64 characters, more than 63"] * 2),
]  # fmt: skip


@pytest.mark.parametrize("row", FAULTS, ids=[repr(row[0][:12]) for row in FAULTS])
def test_what_is_wrong_with_a_name(row: tuple[str, ...]) -> None:
    text, *expected = row
    checks = (
        kubenames.dns_label_fault,
        kubenames.subdomain_fault,
        kubenames.label_value_fault,
        kubenames.key_fault,
    )
    assert [check(text) or "" for check in checks] == expected


# Known keys

NEAREST = [
    ("ray.io/ft-enabled", ""),
    ("ray.io/ft-enable", "ray.io/ft-enabled"),
    ("ray.io/ft-enabeld", "ray.io/ft-enabled"),
    ("ray.io/ft_enabled", "ray.io/ft-enabled"),
    ("ray.io/ftEnabled", "ray.io/ft-enabled"),
    ("kuberay.io/ft-enabled", "ray.io/ft-enabled"),
    ("Ray.io/ft-enabled", "ray.io/ft-enabled"),
    ("example.com/ft-enabled", ""),
    ("ray.io/overwrite-container-cmds", "ray.io/overwrite-container-cmd"),
    ("ray.io/overwrite-container-command", "ray.io/overwrite-container-cmd"),
    ("ray.io/node-type", ""),
    ("ray.io/node-types", ""),
    ("ray.io/owner", ""),
    ("ray.io/", ""),
    ("ft-enabled", ""),
]


@pytest.mark.parametrize(("key", "nearest"), NEAREST)
def test_nearest_key(key: str, nearest: str) -> None:
    assert (knownkeys.nearest_key(key) or "") == nearest


EFFECTS = [
    ("ray.io/ft-enabled", "TRUE", True),
    ("ray.io/ft-enabled", "yes", False),
    ("ray.io/enable-serve-service", "true", True),
    ("ray.io/enable-serve-service", "True", False),
    ("ray.io/gcs-ft-deletion-timeout", "600", True),
    ("ray.io/gcs-ft-deletion-timeout", "0", False),
    ("ray.io/gcs-ft-deletion-timeout", "10m", False),
    ("ray.io/external-storage-namespace", "", True),
]


@pytest.mark.parametrize(("key", "value", "effect"), EFFECTS)
def test_values_that_have_an_effect(key: str, value: str, effect: bool) -> None:
    known = knownkeys.user_key(key)
    assert known is not None
    assert known.has_effect(value) is effect


def test_every_known_key_is_read_somewhere_or_written_by_the_operator() -> None:
    places = {*knownkeys.RESOURCES, "head", "worker"}
    for name in knownkeys._user_keys():
        known = knownkeys.user_key(name)
        assert known is not None
        assert set(known.read_on) <= places
        assert known.form in ("label", "annotation")
        assert knownkeys.nearest_key(name) is None


# Names of resources

NAMED = [
    # kind, metadata, KubeRay, length, most, why the API server refuses it, why KubeRay does
    ("RayCluster", "name: dev", "1.7", "3", "53", "", ""),
    ("RayJob", "name: dev", "1.7", "3", "47", "", ""),
    ("RayService", "name: dev", "1.3", "3", ABSENT_TEXT, "", ""),
    ("RayCronJob", "name: dev", "1.7", "3", "36", "", ""),
    ("RayCronJob", "name: dev", "1.6", "3", "41", "", ""),
    ("RayJob", "generateName: dev-", "1.7", "9", "47", "", ""),
    ("RayCluster", "name: a.b", "1.7", "3", "53", "", "has a dot in it"),
    ("RayCluster", "name: 1a", "1.7", "2", "53", "", "begins with 1, not with a letter"),
    ("RayCluster", "name: A", "1.7", "1", "53", "has the capital letter A in it", ""),
    ("RayCluster", "name: $NAME", "1.7", UNKNOWN, "53", UNKNOWN, UNKNOWN),
    ("RayCluster", "name: 5", "1.7", UNKNOWN, "53", UNKNOWN, UNKNOWN),
    ("RayCluster", "labels: {}", "1.7", ABSENT_TEXT, "53", "", ""),
]


@pytest.mark.parametrize(("kind", "metadata", "target", "length", "most", "fault", "misfit"), NAMED)
def test_names_of_resources(
    kind: str, metadata: str, target: str, length: str, most: str, fault: str, misfit: str
) -> None:
    text = resource(kind).replace("name: dev, namespace: ml", metadata)
    assert metadata in text
    seen = model(text, target)
    paths = ("name_length", "longest_name", "name_fault", "name_misfit")
    expected = [length, most, fault or ABSENT_TEXT, misfit or ABSENT_TEXT]
    assert [told(node(seen, path, "metadata")) for path in paths] == expected


# Names that are derived

LONG = "a" * 45
DERIVED = [
    # kind, name, the head group, KubeRay, what is made
    ("RayCluster", "dev", "", "1.7", "head Service dev-head-svc, head pod dev-head-"),
    ("RayCluster", "dev", "", "1.4.0", "head Service dev-head-svc, head pod dev-head"),
    ("RayCluster", "dev", "enableIngress: true", "1.7", "head Service dev-head-svc, head pod dev-head-, Ingress dev-head-ingress"),
    ("RayCluster", LONG, "enableIngress: true", "1.7", f"head Service {LONG}-head-svc, head pod {LONG}-head-, Ingress {LONG[:37]}-head-ingress"),
    ("RayCluster", "dev", "headService: {metadata: {name: ray}}", "1.7", "head Service ray, head pod dev-head-"),
    ("RayJob", "dev", "", "1.7", "head Service dev-head-svc, submitter Job dev, head pod unknown"),
    ("RayJob", "dev", "headService: {metadata: {name: ray}}", "1.4", "head Service of the cluster ray, submitter Job dev, head pod unknown"),
    ("RayService", "dev", "", "1.7", "head Service dev-head-svc, Serve Service dev-serve-svc, head pod unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "head", "target", "expected"), DERIVED)
def test_derived_names(kind: str, name: str, head: str, target: str, expected: str) -> None:
    spec = f"headGroupSpec: {{{head}}}"
    made = model(resource(kind, name, spec=spec), target).clusters[0].derived_names
    assert ", ".join(f"{told(each.object)} {told(each.name)}" for each in made) == expected


def test_the_service_of_several_hosts() -> None:
    text = cluster(worker="groupName: w, numOfHosts: 2")
    found = {t: fact(text, "derived_names[2].name", t) for t in ("1.7", "1.3")}
    assert found == {"1.7": "dev-headless", "1.3": "dev-headless-worker-svc"}


GROUPS = [
    # the cluster's name, the group, KubeRay, what its pods begin with, what is left of its name, why they can't be
    ("dev", "groupName: Gpu", "1.7", "dev-gpu-worker-", "Gpu", ""),
    ("dev", "groupName: gpu", "1.1", "dev-worker-gpu-", "gpu", ""),
    ("dev", "groupName: a_b", "1.7", "dev-a_b-worker-", "a_b", "has an underscore in it"),
    ("dev", "groupName: a.b", "1.7", "dev-a.b-worker-", "a.b", ""),
    ("dev", "groupName: a..b", "1.7", "dev-a..b-worker-", "a..b", "has a dot beside a dot or a dash"),
    ("a" * 49, "groupName: a_b", "1.7", "a" * 49 + "--worker-", "", ""),
    ("a" * 47, "groupName: gpu", "1.7", "a" * 47 + "-gp-worker-", "gp", ""),
    ("dev", "groupName: " + "a" * 58, "1.7", "dev-" + "a" * 46 + "-worker-", "a" * 46, ""),
    ("dev", "numOfHosts: 2, groupName: " + "a" * 58, "1.7", "dev-" + "a" * 46 + "-worker-", "a" * 46, "has 58 characters, more than the 57 that several hosts allow"),
    ("dev", "numOfHosts: 2, groupName: " + "a" * 58, "1.5", "dev-" + "a" * 46 + "-worker-", "a" * 46, ""),
    ("dev", "groupName: $G", "1.7", UNKNOWN, UNKNOWN, UNKNOWN),
    ("dev", "replicas: 1", "1.7", ABSENT_TEXT, ABSENT_TEXT, ""),
    ("$NAME", "groupName: gpu", "1.7", UNKNOWN, UNKNOWN, ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "group", "target", "prefix", "shown", "fault"), GROUPS)
def test_group_names(
    name: str, group: str, target: str, prefix: str, shown: str, fault: str
) -> None:
    seen = model(cluster(worker=group, metadata=f"name: {name}"), target)
    found = [told(node(seen, f"worker_names[0].{p}")) for p in ("pod_prefix", "shown", "fault")]
    assert found == [prefix, shown, fault or ABSENT_TEXT]


HOSTS = [
    ("RayCluster", "", "1.7", "1"),
    ("RayCluster", "numOfHosts: 4", "1.7", "4"),
    ("RayCluster", "numOfHosts: 0", "1.7", "0"),
    ("RayCluster", "numOfHosts: 0", "1.3", "1"),
    ("RayCluster", "numOfHosts: -1", "1.1", "-1"),
    ("RayJob", "numOfHosts: 0", "1.7", "1"),
    ("RayService", "numOfHosts: -1", "1.7", "-1"),
    ("RayCluster", "numOfHosts: $N", "1.7", UNKNOWN),
]


@pytest.mark.parametrize(("kind", "group", "target", "hosts"), HOSTS)
def test_hosts(kind: str, group: str, target: str, hosts: str) -> None:
    text = resource(kind, spec=f"workerGroupSpecs: [{{{group}}}]")
    assert fact(text, "workers[0].hosts", target) == hosts


# Labels and annotations in question


def metadata_of(text: str, place: str, target: str | None = None) -> Metadata:
    (found,) = [each for each in model(text, target).metadata if told(each.place) == place]
    return found


def keys(tags: tuple[Tag, ...]) -> str:
    return ", ".join(told(tag.name) for tag in tags)


def in_place(kind: str, place: str, written: str) -> str:
    """A resource with this in the metadata of a place."""
    if place == kind:
        return resource(kind).replace("name: dev", f"name: dev, {written}")
    template = f"template: {{metadata: {{{written}}}, spec: {{}}}}"
    if place.endswith(" group"):
        template = written
    if place.startswith("head"):
        return resource(kind, spec=f"headGroupSpec: {{{template}}}")
    return resource(kind, spec=f"workerGroupSpecs: [{{groupName: w, {template}}}]")


TAGS = [
    # kind, place, what is written, KubeRay, the list, what is in it
    ("RayCluster", "RayCluster", "labels: {a: 1, b: '1', c: ~, d: true}", "1.7", "unquoted", "a, d"),
    ("RayCluster", "RayCluster", "annotations: {a: [x]}", "1.7", "unquoted", "a"),
    ("RayCluster", "head", "labels: {a b: x, c: d/e, f: $X/y, g: ''}", "1.7", "invalid", "a b, c"),
    ("RayCluster", "head", "annotations: {a b: x, c: d/e, Ex.com/f: x}", "1.7", "invalid", "a b"),
    ("RayCluster", "head", "labels: a", "1.7", "invalid", ""),
    ("RayCluster", "head", "annotations: {ray.io/ft-enable: x, ray.io/x: y}", "1.7", "misspelt", "ray.io/ft-enable"),
    ("RayCluster", "RayCluster", "annotations: {ray.io/ft-enabled: x}", "1.7", "misplaced", ""),
    ("RayCluster", "RayCluster", "labels: {ray.io/ft-enabled: x}", "1.7", "misplaced", "ray.io/ft-enabled"),
    ("RayCluster", "head", "annotations: {ray.io/ft-enabled: x}", "1.7", "misplaced", "ray.io/ft-enabled"),
    ("RayCluster", "head", "annotations: {ray.io/overwrite-container-cmd: x}", "1.7", "misplaced", ""),
    ("RayCluster", "head group", "labels: {ray.io/gang-scheduling-enabled: x}", "1.7", "misplaced", "ray.io/gang-scheduling-enabled"),
    ("RayService", "RayService", "annotations: {ray.io/initializing-timeout: x}", "1.7", "misplaced", ""),
    ("RayJob", "RayJob", "annotations: {ray.io/initializing-timeout: x}", "1.7", "misplaced", "ray.io/initializing-timeout"),
    ("RayJob", "RayJob", "annotations: {ray.io/initializing-timeout: x}", "1.4", "misplaced", ""),
    ("RayJob", "RayJob", "labels: {kueue.x-k8s.io/queue-name: q}", "1.7", "misplaced", ""),
    ("RayJob", "RayJob", "annotations: {kueue.x-k8s.io/queue-name: q, x.example/queue: q}", "1.7", "misplaced", "kueue.x-k8s.io/queue-name"),
    ("RayJob", "head", "annotations: {yunikorn.apache.org/queue: q}", "1.7", "misplaced", ""),
    ("RayJob", "RayJob", "labels: {kueue.k8s.io/queue-name: q, kueue.x-k8s.io/queue_name: q, kueue.x-k8s.io/managed: q}", "1.7", "misspelt", "kueue.k8s.io/queue-name, kueue.x-k8s.io/queue_name"),
    ("RayJob", "RayJob", "annotations: {kueue.k8s.io/queue-name: q}", "1.7", "misspelt", ""),
    ("RayJob", "head", "labels: {volcano.sh/queue: q}", "1.7", "misspelt", ""),
    ("RayCronJob", "RayCronJob", "labels: {kueue.x-k8s.io/queue-name: q, a: b}", "1.7", "misplaced", "kueue.x-k8s.io/queue-name"),
    ("RayCluster", "RayCluster", "annotations: {ray.io/ft-enabled: 'on'}", "1.7", "ineffective", "ray.io/ft-enabled"),
    ("RayCluster", "RayCluster", "annotations: {ray.io/ft-enabled: $X}", "1.7", "ineffective", ""),
    ("RayCluster", "head", "annotations: {ray.io/ft-enabled: 'on'}", "1.7", "ineffective", ""),
    ("RayCluster", "head", "labels: {ray.io/cluster: dev, ray.io/group: headgroup, ray.io/node-type: worker}", "1.7", "overwritten", "ray.io/node-type"),
    ("RayCluster", "worker", "labels: {ray.io/cluster: x, ray.io/group: w, ray.io/node-type: $X}", "1.7", "overwritten", "ray.io/cluster"),
    ("RayCluster", "RayCluster", "labels: {ray.io/cluster: x}", "1.7", "overwritten", ""),
    ("RayJob", "worker", "labels: {ray.io/cluster: dev}", "1.7", "overwritten", "ray.io/cluster"),
    ("RayCluster", "head", "labels: {ray.io/identifier: dev-head, app.kubernetes.io/name: x, app.kubernetes.io/created-by: x}", "1.7", "unselected", "app.kubernetes.io/created-by"),
    ("RayCluster", "head group", "labels: {app.kubernetes.io/name: x}", "1.7", "unselected", "app.kubernetes.io/name"),
    ("RayCluster", "worker", "labels: {app.kubernetes.io/created-by: x}", "1.7", "unselected", ""),
    ("RayService", "head", "labels: {ray.io/identifier: dev-head}", "1.7", "unselected", "ray.io/identifier"),
    ("RayService", "head", "labels: {app.kubernetes.io/name: x}", "1.7", "unselected_by_owner", "app.kubernetes.io/name"),
    ("RayService", "head", "labels: {app.kubernetes.io/name: kuberay}", "1.7", "unselected_by_owner", ""),
    ("RayJob", "head", "labels: {app.kubernetes.io/name: x}", "1.4", "unselected_by_owner", ""),
    ("RayCluster", "head", "labels: {app.kubernetes.io/name: x}", "1.7", "unselected_by_owner", ""),
    ("RayCluster", "RayCluster", "labels: {ray.io/originated-from-crd: RayJob}", "1.7", "handset", "ray.io/originated-from-crd"),
    ("RayJob", "RayJob", "labels: {ray.io/originated-from-crd: RayJob}", "1.7", "handset", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "place", "written", "target", "part", "expected"),
    TAGS,
    ids=[f"{row[4]} {row[1]} {row[2][:40]} {row[3]}" for row in TAGS],
)
def test_tags(kind: str, place: str, written: str, target: str, part: str, expected: str) -> None:
    found = metadata_of(in_place(kind, place, written), place, target)
    assert keys(getattr(found, part)) == expected


def test_group_labels_are_read_from_1_5_on() -> None:
    text = in_place("RayCluster", "head group", "labels: {a: b}")
    places = [told(each.place) for each in model(text, "1.4").metadata]
    assert places == ["RayCluster"]
    alpha = text.replace("ray.io/v1", "ray.io/v1alpha1")
    assert [told(each.place) for each in model(alpha).metadata] == ["RayCluster"]


def test_a_tag_says_what_it_is() -> None:
    text = in_place(
        "RayCluster", "head", "labels: {ray.io/cluster: x, n: 1.10, ray.io/ft-enable: 'on'}"
    )
    cluster_label, number, slip = metadata_of(text, "head").labels
    assert (told(cluster_label.form), told(cluster_label.operators)) == ("label", "dev")
    assert (told(number.text), number.text.span.text) == ("1.10", "1.10")
    assert (told(slip.nearest), slip.nearest.span.text) == ("ray.io/ft-enabled", "ray.io/ft-enable")
    assert told(slip.belongs) == ABSENT_TEXT


def test_where_a_key_belongs() -> None:
    text = in_place("RayCluster", "worker", "labels: {ray.io/overwrite-container-cmd: x}")
    (tag,) = metadata_of(text, "worker").misplaced
    assert tag.belongs.value == (
        "annotations of a RayCluster, a RayJob, a RayService, the head template or the worker template"
    )
