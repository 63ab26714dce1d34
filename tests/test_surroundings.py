"""What stands around Ray's objects: tables of facts about RBAC, queues, quotas, other autoscalers.

The rules about them have examples of their own; here are the corners of arithmetic and of names.
"""

from __future__ import annotations

from typing import Any

import pytest
from test_facts import cluster, model, told

from raypolicy.around import SIGNS, meshes, scalers
from raypolicy.bundle import make_bundle
from raypolicy.effective import podsecurity, usage
from raypolicy.effective.access import missing
from raypolicy.inputs.files import RawFile
from raypolicy.inventory import Inventory
from raypolicy.reader import read_yaml
from raypolicy.source import SourceFile
from raypolicy.tree import Node, root_of


def node(text: str) -> Node[Any]:
    (document,) = read_yaml(SourceFile("a.yaml", text))
    return root_of(document)


def test_nothing_is_looked_at_where_nothing_stands_around() -> None:
    around = model(cluster()).neighbours._around
    assert [name for name in SIGNS if around._may_have(name)] == []
    assert [name for name in SIGNS if getattr(around, name)] == []


@pytest.mark.parametrize(
    "form",
    [
        "kind: ResourceQuota",
        "kind: 'ResourceQuota'",
        '{"kind":"ResourceQuota"',
        "kind: List\nitems:\n- kind: ResourceQuota",
    ],
)
def test_a_kind_is_seen_however_it_is_written(form: str) -> None:
    text = f"{form}, apiVersion: v1}}" if form.startswith("{") else f"{form}\napiVersion: v1\n"
    plain = RawFile("quota.yaml", None, text.encode())
    bundle = make_bundle("", [RawFile("ray.yaml", None, cluster().encode()), plain])
    inventory = Inventory(bundle)
    assert (inventory.has("ResourceQuota"), inventory.has("Quota")) == (True, False)


def test_signs_name_the_kinds_that_are_read() -> None:
    assert set(SIGNS["scalers"].kinds) == set(scalers.KINDS)
    assert meshes.PEERS in SIGNS["meshes"].kinds


# Pod Security Standards

LACKING = [
    # the pod's security context, the container's, what the container lacks
    ("{}", "{}", ("allowPrivilegeEscalation", "capabilities.drop ALL", "runAsNonRoot", "seccompProfile")),
    ("{runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}", "{}", ("allowPrivilegeEscalation", "capabilities.drop ALL")),
    ("{}", "{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, runAsNonRoot: true, seccompProfile: {type: Localhost}}", ()),
    ("{}", "{allowPrivilegeEscalation: false, capabilities: {drop: [NET_RAW]}, runAsNonRoot: true, seccompProfile: {type: Localhost}}", ("capabilities.drop ALL",)),
    ("{}", "${CONTEXT}", ()),
    ("${CONTEXT}", "{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}", ()),
    ("{}", "{allowPrivilegeEscalation: true, capabilities: {drop: ['${CAPS}']}, runAsNonRoot: false, seccompProfile: {type: Unconfined}}", ()),
]  # fmt: skip


@pytest.mark.parametrize(("pod", "container", "expected"), LACKING)
def test_what_a_container_lacks(pod: str, container: str, expected: tuple[str, ...]) -> None:
    spec = node(f"securityContext: {pod}\ncontainers:\n- securityContext: {container}\n")
    one = spec.get("containers", 0)
    assert podsecurity.lacking(one, spec, one.get("securityContext")) == expected


FORBIDDEN = [
    # a pod's spec, what baseline forbids, what restricted forbids
    ("hostNetwork: true", ["hostNetwork"], ["hostNetwork"]),
    ("hostNetwork: false", [], []),
    ("hostPID: ${X}", [], []),
    ("volumes: [{name: a, emptyDir: {}}, {name: b, secret: {}}]", [], []),
    ("volumes: [{name: a, nfs: {server: x}}]", [], ["a volume of the kind nfs"]),
    ("volumes: [{name: a, hostPath: {path: /}}]", ["a volume of the kind hostPath"], ["a volume of the kind hostPath"]),
    ("containers: [{securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}}]", [], []),
    ("containers: [{securityContext: {capabilities: {add: [CHOWN]}}}]", [], ["the capability CHOWN"]),
    ("containers: [{securityContext: {capabilities: {add: [SYS_PTRACE]}}}]", ["the capability SYS_PTRACE"], ["the capability SYS_PTRACE"]),
    ("initContainers: [{securityContext: {privileged: true}}]", ["privileged"], ["privileged"]),
    ("containers: [{ports: [{containerPort: 1, hostPort: 0}, {containerPort: 2, hostPort: 2}]}]", ["hostPort 2"], ["hostPort 2"]),
    ("securityContext: {runAsUser: 0}", [], ["runAsUser 0"]),
    ("{hostUsers: false, securityContext: {runAsUser: 0}}", [], []),
    ("securityContext: {runAsUser: 1000, runAsNonRoot: false}", [], ["runAsNonRoot: false"]),
    ("containers: [{securityContext: {seccompProfile: {type: Unconfined}}}]", ["the seccomp profile Unconfined"], ["the seccomp profile Unconfined"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "baseline", "restricted"), FORBIDDEN)
def test_what_a_standard_forbids(text: str, baseline: list[str], restricted: list[str]) -> None:
    spec = node(text)
    assert [name for _, name in podsecurity.forbidden(spec, "baseline")] == baseline
    assert [name for _, name in podsecurity.forbidden(spec, "restricted")] == restricted


NAMESPACES = [
    # labels, whether pods in it are confined
    ("{pod-security.kubernetes.io/enforce: restricted}", True),
    ("{pod-security.kubernetes.io/enforce: baseline}", True),
    ("{pod-security.kubernetes.io/enforce: privileged}", False),
    ("{pod-security.kubernetes.io/warn: restricted}", False),
    ("{pod-security.kubernetes.io/enforce: '${LEVEL}'}", False),
    ("{pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/enforce-version: v1.30}", True),
    ("{pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/enforce-version: v1.22}", False),
]  # fmt: skip


@pytest.mark.parametrize(("labels", "confined"), NAMESPACES)
def test_which_namespaces_confine(labels: str, confined: bool) -> None:
    one = f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: ml, labels: {labels}}}\n---\n"
    text = cluster(metadata="name: dev, namespace: ml")
    assert bool(model(one + text).root("confinements")) is confined
    assert model(one + one + text).root("confinements") == ()
    assert model(one + cluster()).root("confinements") == ()


# What pods ask for

PODS = [
    # a pod's spec, its requests of cpu in thousandths
    ("containers: [{resources: {requests: {cpu: 1}}}, {resources: {limits: {cpu: 500m}}}]", 1500),
    ("containers: [{resources: {requests: {cpu: 1}, limits: {cpu: 4}}}]", 1000),
    ("{initContainers: [{resources: {requests: {cpu: 3}}}], containers: [{resources: {requests: {cpu: 1}}}]}", 3000),
    ("{initContainers: [{restartPolicy: Always, resources: {requests: {cpu: 2}}}, {resources: {requests: {cpu: 2}}}], containers: [{resources: {requests: {cpu: 1}}}]}", 4000),
    ("containers: [{resources: {requests: {cpu: '${CPU}'}}}, {resources: {requests: {cpu: 1}}}]", 1000),
    ("containers: [{resources: {requests: {cpu: '${CPU}'}, limits: {cpu: 2}}}]", 0),
    ("containers: [{resources: '${RESOURCES}'}]", 0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "milli"), PODS)
def test_what_a_pod_asks_for(text: str, milli: int) -> None:
    asked = usage.of_pod(usage.asking(node(text), ()), "requests")
    assert asked.get("cpu", 0) == milli * 10**6


SHOWN = [
    ("cpu", 1_500_000_000, "1500m"),
    ("cpu", 14 * 10**9, "14"),
    ("memory", 24 * 2**30 * 10**9, "24Gi"),
    ("memory", 1536 * 2**20 * 10**9, "1.5Gi"),
    ("memory", 1000 * 10**9, "1000"),
    ("memory", (2**40 + 1) * 10**9, "1.1Ti"),
    ("memory", 6 * 10**9 * 10**9, "5.6Gi"),
    ("nvidia.com/gpu", 1024 * 10**9, "1024"),
]


@pytest.mark.parametrize(("name", "nano", "text"), SHOWN)
def test_how_an_amount_is_shown(name: str, nano: int, text: str) -> None:
    assert usage.shown(name, nano) == text


QUOTAS = [
    # spec of the quota, resources of the head, resources of both workers, what is exceeded
    ("{hard: {requests.cpu: 5}}", "{requests: {cpu: 1}}", "{requests: {cpu: 2}}", []),
    ("{hard: {requests.cpu: 4}}", "{requests: {cpu: 1}}", "{requests: {cpu: 2}}", ["requests.cpu 5 of 4"]),
    ("{hard: {cpu: 4999m}}", "{requests: {cpu: 1}}", "{limits: {cpu: 2}}", ["cpu 5 of 4999m"]),
    ("{hard: {limits.memory: 10Gi}}", "{limits: {memory: 2Gi}}", "{limits: {memory: 5Gi}}", ["limits.memory 12Gi of 10Gi"]),
    ("{hard: {requests.nvidia.com/gpu: 3}}", "{}", "{limits: {nvidia.com/gpu: 2}}", ["requests.nvidia.com/gpu 4 of 3"]),
    ("{hard: {pods: 2}}", "{}", "{}", ["pods 3 of 2"]),
    ("{hard: {count/pods: 3}}", "{}", "{}", []),
    ("{hard: {requests.cpu: '${QUOTA}'}}", "{requests: {cpu: 1}}", "{requests: {cpu: 2}}", []),
    ("{hard: {requests.cpu: 4}, scopes: [BestEffort]}", "{requests: {cpu: 9}}", "{}", []),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "head", "worker", "expected"), QUOTAS)
def test_what_a_cluster_exceeds(spec: str, head: str, worker: str, expected: list[str]) -> None:
    quota = (
        "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: ml}\n"
        f"spec: {spec}\n---\n"
    )
    text = quota + cluster(
        metadata="name: dev, namespace: ml",
        head_container=f"name: h, image: a, resources: {head}",
        worker="groupName: w, replicas: 2",
        worker_container=f"name: w, image: a, resources: {worker}",
    )
    found = model(text).root("excesses")
    assert [f"{told(e.resource)} {told(e.asked)} of {told(e.allowed)}" for e in found] == expected
    for excess in found:
        assert [each.value for each in excess.node.origins] == [excess.allowed.value]
    assert (
        model(text.replace("name: q, namespace: ml", "name: q, namespace: web")).root("excesses")
        == ()
    )


# RBAC

RULES = [
    # rules of a Role, what the autoscaler still lacks
    ("[]", "list pods, get rayclusters, patch rayclusters"),
    ("[{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]", ""),
    ("[{apiGroups: [''], resources: [pods], verbs: [get, list, watch]}, {apiGroups: [ray.io], resources: [rayclusters], verbs: [get, patch]}]", ""),
    ("[{apiGroups: [''], resources: [pods], verbs: [list]}, {apiGroups: [ray.io], resources: ['*'], verbs: [get]}]", "patch rayclusters"),
    ("[{apiGroups: [ray.io], resources: [pods, rayclusters], verbs: ['*']}]", "list pods"),
    ("[{apiGroups: [''], resources: [pods], verbs: ['*']}, {apiGroups: [ray.io], resources: [rayclusters], resourceNames: [dev], verbs: ['*']}]", None),
    ("[{apiGroups: [''], resources: [pods], verbs: '${VERBS}'}]", None),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "expected"), RULES)
def test_what_a_role_leaves_out(rules: str, expected: str | None) -> None:
    found = missing(node(rules).items())
    assert (None if found is None else ", ".join(need.text for need in found)) == expected


# Kueue

CHAIN = """\
apiVersion: kueue.x-k8s.io/v1beta1
kind: ClusterQueue
metadata: {{name: cq}}
spec: {spec}
---
apiVersion: kueue.x-k8s.io/v1beta1
kind: LocalQueue
metadata: {{name: lq, namespace: ml}}
spec: {{clusterQueue: cq}}
---
"""
QUEUES = [
    # spec of the ClusterQueue, what is not covered, what is exceeded by 5 CPUs
    ("{resourceGroups: [{coveredResources: [cpu], flavors: [{name: a, resources: [{name: cpu, nominalQuota: 5}]}]}]}", [], []),
    ("{resourceGroups: [{coveredResources: [cpu], flavors: [{name: a, resources: [{name: cpu, nominalQuota: 4}]}]}]}", [], ["cpu 5 of 4"]),
    ("{resourceGroups: [{coveredResources: [cpu], flavors: [{name: a, resources: [{name: cpu, nominalQuota: 4}]}, {name: b, resources: [{name: cpu, nominalQuota: 1}]}]}]}", [], []),
    ("{cohort: c, resourceGroups: [{coveredResources: [cpu], flavors: [{name: a, resources: [{name: cpu, nominalQuota: 4}]}]}]}", [], []),
    ("{cohort: c, resourceGroups: [{coveredResources: [cpu], flavors: [{name: a, resources: [{name: cpu, nominalQuota: 3, borrowingLimit: 1}]}]}]}", [], ["cpu 5 of 4"]),
    ("{resourceGroups: [{coveredResources: [memory], flavors: []}]}", ["cpu"], []),
    ("{resourceGroups: [{coveredResources: ['${RESOURCE}'], flavors: []}]}", [], []),
    ("{}", [], []),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "uncovered", "exceeded"), QUEUES)
def test_what_a_queue_has(spec: str, uncovered: list[str], exceeded: list[str]) -> None:
    text = CHAIN.format(spec=spec) + cluster(
        metadata="name: dev, namespace: ml, labels: {kueue.x-k8s.io/queue-name: lq}",
        head_container="name: h, image: a, resources: {requests: {cpu: 1}}",
        worker="groupName: w, replicas: 2",
        worker_container="name: w, image: a, resources: {requests: {cpu: 2}}",
    )
    (queue,) = model(text).root("queues")
    assert [told(each.name) for each in queue.uncovered] == uncovered
    found = [f"{told(e.resource)} {told(e.asked)} of {told(e.allowed)}" for e in queue.excesses]
    assert found == exceeded
    assert all(each.node.origins for each in queue.excesses)


# GitOps


def test_what_is_put_back_says_by_whom() -> None:
    text = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ray}
spec:
  source: {path: ray}
  destination: {namespace: ml}
  syncPolicy: {automated: {selfHeal: true}}
---
"""
    scaled = cluster(
        metadata="name: dev, namespace: ml",
        spec="enableInTreeAutoscaling: true",
        worker="groupName: w, replicas: 2",
    )
    (healing,) = model(text + scaled).root("healings")
    assert (healing.node.value, [each.value for each in healing.node.origins]) == (2, ["ray"])


IGNORED = [
    # what an Application ignores of RayClusters, whether it leaves the replicas alone
    ("jsonPointers: [/spec/workerGroupSpecs/0/replicas]", True),
    ("jsonPointers: [/spec/workerGroupSpecs]", True),
    ("jsonPointers: [/spec/workerGroupSpecs/1/replicas]", False),
    ("jsonPointers: [/spec/workerGroupSpecs/*/replicas]", False),
    ("jsonPointers: [/spec/replicas]", False),
    ("jqPathExpressions: ['.spec.workerGroupSpecs[].replicas']", True),
    ("jqPathExpressions: [.spec]", True),
    ("jqPathExpressions: [.spec.replicas]", False),
    ("managedFieldsManagers: [kuberay-operator]", True),
    ("jsonPointers: [/spec/$PLACE]", True),
    ("name: dev", False),
]


@pytest.mark.parametrize(("ignored", "kept"), IGNORED)
def test_which_differences_cover_replicas(ignored: str, kept: bool) -> None:
    text = f"""\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: ray}}
spec:
  sources: [{{path: other}}, {{path: ray}}]
  destination: {{namespace: ml}}
  ignoreDifferences: [{{group: ray.io, kind: RayCluster, {ignored}}}]
  syncPolicy: {{automated: {{selfHeal: true}}}}
---
"""
    scaled = cluster(
        metadata="name: dev, namespace: ml",
        spec="enableInTreeAutoscaling: true",
        worker="groupName: w, replicas: 2",
    )
    assert (model(text + scaled).root("healings") == ()) is kept
