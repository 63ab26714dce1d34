"""Pods with the labels they will have, and what selectors make of them."""

from __future__ import annotations

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, cluster, model, told

from raypolicy.labelselector import equality
from raypolicy.tree import placeless
from raypolicy.ways.labelindex import Bearer, Choice, LabelIndex
from raypolicy.ways.podsets import PodSet, pod_sets, set_by_others


def sets(text: str, target: str | None = None) -> list[PodSet]:
    seen = model(text, target)
    others = [pod for pod in seen.pods if pod.role.value in ("submitter", "workload")]
    return list(pod_sets(seen.clusters, others))


def label(pods: PodSet, key: str) -> str:
    found = pods.labels.get(key)
    return ABSENT_TEXT if found is None else told(found)


def ray(kind: str, template: str = "", more: str = "") -> str:
    """A resource named dev with a head and a worker group w, both of one template."""
    pod = f"template: {{{template}spec: {{containers: [{{name: ray}}]}}}}"
    groups = f"headGroupSpec: {{{more}{pod}}}, workerGroupSpecs: [{{groupName: w, {more}{pod}}}]"
    spec = {
        "RayCluster": groups,
        "RayJob": f"submitterPodTemplate: {{{template}spec: {{}}}}, rayClusterSpec: {{{groups}}}",
        "RayService": f"rayClusterConfig: {{{groups}}}",
    }[kind]
    return f"apiVersion: ray.io/v1\nkind: {kind}\nmetadata: {{name: dev}}\nspec: {{{spec}}}\n"


LABELS = [
    # kind, label, of the head, of the workers
    ("RayCluster", "ray.io/cluster", "dev", "dev"),
    ("RayCluster", "ray.io/node-type", "head", "worker"),
    ("RayCluster", "ray.io/group", "headgroup", "w"),
    ("RayCluster", "ray.io/identifier", "dev-head", "dev-worker"),
    ("RayCluster", "ray.io/is-ray-node", "yes", "yes"),
    ("RayCluster", "app.kubernetes.io/name", "kuberay", "kuberay"),
    ("RayCluster", "app.kubernetes.io/created-by", "kuberay-operator", "kuberay-operator"),
    ("RayCluster", "app.kubernetes.io/instance", ABSENT_TEXT, ABSENT_TEXT),
    ("RayCluster", "team", ABSENT_TEXT, ABSENT_TEXT),
    ("RayService", "ray.io/cluster", UNKNOWN, UNKNOWN),
    ("RayService", "ray.io/identifier", UNKNOWN, UNKNOWN),
    ("RayService", "ray.io/serve", UNKNOWN, UNKNOWN),
    ("RayService", "ray.io/node-type", "head", "worker"),
    ("RayJob", "ray.io/cluster", UNKNOWN, UNKNOWN),
    ("RayJob", "ray.io/group", "headgroup", "w"),
    # what a controller or a webhook may add
    ("RayCluster", "ray.io/priority-class", UNKNOWN, UNKNOWN),
    ("RayCluster", "kueue.x-k8s.io/queue-name", UNKNOWN, UNKNOWN),
    ("RayCluster", "pod-template-hash", UNKNOWN, UNKNOWN),
]


@pytest.mark.parametrize(("kind", "key", "head", "worker"), LABELS, ids=lambda value: value)
def test_labels_that_the_operator_gives(kind: str, key: str, head: str, worker: str) -> None:
    of_head, of_worker, *_ = sets(ray(kind))
    assert [label(of_head, key), label(of_worker, key)] == [head, worker]


WRITTEN = [
    # a label of the template, the release, what the pods have
    ("team: ml", None, "team", "ml"),
    ("app.kubernetes.io/name: mine", None, "app.kubernetes.io/name", "mine"),
    ("ray.io/identifier: mine", None, "ray.io/identifier", "mine"),
    ("ray.io/cluster: mine", None, "ray.io/cluster", "dev"),
    ("ray.io/cluster: mine", "1.2", "ray.io/cluster", "mine"),
    ("ray.io/group: mine", "1.3", "ray.io/group", "headgroup"),
    ("team: $TEAM", None, "team", "$TEAM"),
]


@pytest.mark.parametrize(("written", "target", "key", "value"), WRITTEN)
def test_labels_of_the_template(written: str, target: str | None, key: str, value: str) -> None:
    template = f"metadata: {{labels: {{{written}}}}}, "
    assert label(sets(ray("RayCluster", template), target)[0], key) == value


def test_labels_of_the_group_win_over_those_of_the_template() -> None:
    text = ray("RayCluster", "metadata: {labels: {team: ml}}, ", "labels: {team: web}, ")
    assert label(sets(text)[0], "team") == "web"
    assert label(sets(text, "1.4")[0], "team") == "ml"


UNSURE = ["labels: $LABELS", "labels: {$KEY: x}", "labels: {'{{ key }}': x}", "labels: [x]"]


@pytest.mark.parametrize("labels", UNSURE)
def test_labels_that_are_not_filled_in(labels: str) -> None:
    head, worker, *_ = sets(ray("RayCluster", f"metadata: {{{labels}}}, "))
    assert [label(pods, "team") for pods in (head, worker)] == [UNKNOWN, UNKNOWN]
    assert label(head, "ray.io/cluster") == "dev"


SUBMITTER = [
    ("team", "ml"),
    ("app.kubernetes.io/created-by", UNKNOWN),
    ("ray.io/originated-from-cr-name", UNKNOWN),
    ("ray.io/cluster", ABSENT_TEXT),
    ("ray.io/node-type", ABSENT_TEXT),
]


@pytest.mark.parametrize(("key", "value"), SUBMITTER)
def test_labels_of_a_submitter(key: str, value: str) -> None:
    *_, submitter = sets(ray("RayJob", "metadata: {labels: {team: ml}}, "))
    assert submitter.role == "submitter"
    assert label(submitter, key) == value


def test_labels_of_a_workload() -> None:
    workload = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ray-client, namespace: web}
spec: {template: {metadata: {labels: {app: client}}, spec: {containers: [{name: c}]}}}
"""
    *_, client = sets(cluster() + workload)
    assert (client.role, client.namespace, client.cluster) == ("workload", "web", None)
    assert label(client, "app") == "client"
    assert label(client, "ray.io/cluster") == ABSENT_TEXT


def chosen(selector: dict[str, str], namespace: str = "") -> Choice:
    texts = [cluster(metadata=f"name: {name}, namespace: {name}") for name in ("one", "two")]
    pods = sets("---\n".join([*texts, ray("RayService")]))
    index = LabelIndex((Bearer(each.labels, each.namespace, each) for each in pods), set_by_others)
    return index.choose(equality(placeless(selector)), frozenset({namespace}))


CHOICES = [
    # a selector, its namespace, how many are chosen, whether there may be more, whether any is
    ({"ray.io/cluster": "one"}, "", 2, True, "True"),
    ({"ray.io/cluster": "one", "ray.io/node-type": "head"}, "one", 1, True, "True"),
    ({"ray.io/cluster": "one"}, "two", 0, True, UNKNOWN),
    ({"ray.io/cluster": "three"}, "", 0, True, UNKNOWN),
    ({"ray.io/node-type": "head"}, "", 3, False, "True"),
    ({"ray.io/node-type": "head"}, "two", 2, False, "True"),
    ({"ray.io/node-type": "Head"}, "", 0, False, "False"),
    ({"ray.io/node-type": "head", "team": "ml"}, "", 0, False, "False"),
    ({"ray.io/serve": "true", "ray.io/node-type": "worker"}, "", 0, True, UNKNOWN),
    ({"ray.io/node-type": "$ROLE"}, "", 0, True, UNKNOWN),
]


@pytest.mark.parametrize(("selector", "namespace", "count", "unsure", "selects"), CHOICES)
def test_choices(
    selector: dict[str, str], namespace: str, count: int, unsure: bool, selects: str
) -> None:
    choice = chosen(selector, namespace)
    assert (len(choice.chosen), str(choice.selects)) == (count, selects)
    assert choice.complete != unsure
