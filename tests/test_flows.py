"""What Ray's pods need of each other, and what policies leave of it: tables of flows.

Not here: what a policy says (`test_networkpolicy`).
"""

from __future__ import annotations

import pytest
from test_facts import UNKNOWN, fact, model, told
from test_networkpolicy import policy

from raypolicy.model import Model

CONTAINERS = "template: {spec: {containers: [{name: ray, image: 'rayproject/ray:2.52.0'}]}}"
DENY = policy("podSelector: {}, policyTypes: [Ingress, Egress]", "ml", "deny")
DENY_IN = policy("podSelector: {}", "ml", "deny")
DENY_OUT = policy("podSelector: {}, policyTypes: [Egress]", "ml", "deny")
NODES = "podSelector: {matchLabels: {ray.io/is-ray-node: 'yes'}}"
WITHIN_IN = f"{NODES}, ingress: [{{from: [{{{NODES}}}]}}]"
OPEN_DNS = "{ports: [{port: 53, protocol: UDP}, {port: 53}]}"


def spec(more: str = "", *, head: str = "", workers: str = "maxReplicas: 3", pod: str = "") -> str:
    """The spec of a cluster with a group called w; none if `workers` is empty."""
    made = CONTAINERS.replace("spec: {", f"spec: {{{pod}, ") if pod else CONTAINERS
    group = f"{{groupName: w, {workers}, {made}}}" if workers else ""
    parts = [more, f"headGroupSpec: {{{head + ', ' if head else ''}{made}}}"]
    parts += [f"workerGroupSpecs: [{group}]"] if group else []
    return ", ".join(part for part in parts if part)


def cluster(inside: str, kind: str = "RayCluster", name: str = "dev") -> str:
    return f"apiVersion: ray.io/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: ml}}\nspec: {{{inside}}}\n"  # fmt: skip


def job(more: str = "", **options: str) -> str:
    return cluster(f"{more or 'entrypoint: x'}, rayClusterSpec: {{{spec(**options)}}}", "RayJob")


def service(more: str = "serveConfigV2: x", **options: str) -> str:
    return cluster(f"{more}, rayClusterConfig: {{{spec(**options)}}}", "RayService")


def seen(*documents: str, target: str | None = None) -> Model:
    return model("---\n".join(documents), target)


def answers(found: Model) -> dict[str, str]:
    """Whether each flow is open, by its name and direction."""
    return {
        f"{told(flow.name)}, {flow.direction.value}": told(flow.is_open)
        for flow in found.root("flows")
    }


def closed(found: Model) -> list[str]:
    return [name for name, answer in answers(found).items() if answer == "false"]


DNS, HEAD_DNS = "worker group w to DNS, DNS, egress", "head to DNS, DNS, egress"
GCS = "worker group w to head, GCS"
UP = "worker group w to head, other ports"
DOWN = "head to worker group w, other ports"
ACROSS = "worker group w to worker group w, other ports"
TCP = ["worker group w to DNS, DNS over TCP, egress", "head to DNS, DNS over TCP, egress"]
SUBMIT, ASK = "submitter to head, dashboard", "operator to head, dashboard"


def both(*names: str) -> list[str]:
    return [f"{name}, {side}" for name in names for side in ("egress", "ingress")]


def inwards(*names: str) -> list[str]:
    return [f"{name}, ingress" for name in names]


HEAD = "podSelector: {matchLabels: {ray.io/cluster: dev, ray.io/node-type: head}}"
CLUSTERS = [
    # what it shows, documents, what is closed
    ("no policy", (cluster(spec()),), []),
    ("a policy for others", (policy("podSelector: {matchLabels: {app: x}}", "ml"), cluster(spec())), []),
    ("everything closed", (DENY, cluster(spec())), [DNS, HEAD_DNS, *both(GCS, UP, DOWN, ACROSS), *TCP]),
    ("no workers", (DENY, cluster(spec(workers=""))), [HEAD_DNS, TCP[1]]),
    ("workers that can never be", (DENY, cluster(spec(workers="maxReplicas: 0"))), [HEAD_DNS, TCP[1]]),
    ("one worker has no others", (DENY_IN, cluster(spec(workers="maxReplicas: 1"))), inwards(GCS, UP, DOWN)),
    ("a worker of several hosts does", (DENY_IN, cluster(spec(workers="maxReplicas: 1, numOfHosts: 2"))), inwards(GCS, UP, DOWN, ACROSS)),
    ("nodes among each other", (DENY_IN, policy(WITHIN_IN, "ml"), cluster(spec())), []),
    ("well-known ports only", (policy(HEAD + ", ingress: [{ports: [{port: 6379}, {port: 8265}, {port: 10001}]}]", "ml"), cluster(spec())), inwards(UP)),
    ("a GCS that has moved", (policy(HEAD + ", ingress: [{ports: [{port: 6379}, {port: 1024, endPort: 6000}, {port: 7000, endPort: 65535}]}]", "ml"), cluster(spec(head="rayStartParams: {port: '6380'}"))), inwards(GCS)),
    ("a port that is not known", (policy(HEAD + ", ingress: [{ports: [{port: 6379}]}]", "ml"), cluster(spec(head="rayStartParams: {port: $PORT, node-manager-port: $X, object-manager-port: $X, worker-port-list: $X}"))), []),
    ("policies of another cluster", (policy("podSelector: {matchLabels: {ray.io/cluster: other}}", "ml"), cluster(spec())), []),
    ("pods in the network of their node", (DENY, cluster(spec(pod="hostNetwork: true"))), []),
    ("pods that ask another DNS", (DENY_OUT, cluster(spec(pod="dnsPolicy: Default", workers=""))), []),
    ("OpenShift's DNS", (policy("podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}, {ports: [{port: 5353, protocol: UDP}, {port: 5353}]}]", "ml"), cluster(spec())), []),
    ("the DNS on the node", (policy("podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}, {to: [{ipBlock: {cidr: 169.254.20.10/32}}], ports: [{port: 53, protocol: UDP}, {port: 53}]}]", "ml"), cluster(spec())), []),
    ("DNS over TCP alone", (policy("podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}, {ports: [{port: 53}]}]", "ml"), cluster(spec())), [DNS, HEAD_DNS]),
    ("DNS over UDP alone", (policy("podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}, {ports: [{port: 53, protocol: UDP}]}]", "ml"), cluster(spec())), TCP),
    ("the autoscaler", (policy(f"podSelector: {{}}, policyTypes: [Egress], egress: [{{to: [{{podSelector: {{}}}}]}}, {OPEN_DNS}]", "ml"), cluster(spec("enableInTreeAutoscaling: true"))), ["head to API server, API server, egress"]),
    ("the autoscaler with a rule", (policy(f"podSelector: {{}}, policyTypes: [Egress], egress: [{{to: [{{podSelector: {{}}}}]}}, {OPEN_DNS}, {{ports: [{{port: 443}}]}}]", "ml"), cluster(spec("enableInTreeAutoscaling: true"))), []),
    # RayJobs and RayServices
    ("a job's submitter and its operator", (policy(WITHIN_IN, "ml"), job()), inwards(SUBMIT, ASK)),
    ("a job in HTTPMode has no submitter", (policy(WITHIN_IN, "ml"), job("submissionMode: HTTPMode")), inwards(ASK)),
    ("a submitter by the template's label", (policy(f"{NODES}, ingress: [{{from: [{{{NODES}}}, {{podSelector: {{matchLabels: {{app: s}}}}}}]}}]", "ml"), job("submitterPodTemplate: {metadata: {labels: {app: s}}}")), []),
    ("a submitter that the namespace's policy selects", (DENY_OUT, policy(f"{NODES}, policyTypes: [Egress], egress: [{{}}]", "ml", "q"), job()), ["submitter to DNS, DNS, egress", f"{SUBMIT}, egress", "submitter to DNS, DNS over TCP, egress"]),
    ("a job for a cluster that is there", (policy(WITHIN_IN, "ml"), cluster(spec()), cluster("entrypoint: x, clusterSelector: {ray.io/cluster: dev}", "RayJob", "run")), inwards(SUBMIT, ASK)),
    ("a service", (policy(WITHIN_IN, "ml"), service()), inwards(ASK, "operator to head, Serve", "clients to head, Serve", "clients to worker group w, Serve")),
    ("a head that does not serve", (policy(WITHIN_IN, "ml"), service("excludeHeadPodFromServeSvc: true")), inwards(ASK, "clients to worker group w, Serve")),
    # KubeRay's own
    ("networkPolicy", (cluster(spec("networkPolicy: {}")),), [DNS, HEAD_DNS, *TCP]),
    ("networkPolicy for ingress", (cluster(spec("networkPolicy: {mode: DenyAllIngress}")),), []),
    ("networkPolicy of a job lets its submitter in", (cluster(f"entrypoint: x, rayClusterSpec: {{{spec('networkPolicy: {mode: DenyAllIngress}')}}}", "RayJob"),), inwards(ASK)),
    ("networkPolicy with DNS for the head alone", (cluster(spec(f"networkPolicy: {{head: {{egressRules: [{OPEN_DNS}]}}}}")),), [DNS, TCP[0]]),
    ("networkPolicy of a group replaces that of workers", (cluster(spec(f"networkPolicy: {{mode: DenyAllEgress, head: {{egressRules: [{OPEN_DNS}]}}, worker: {{egressRules: [{OPEN_DNS}]}}, workerGroups: [{{groupName: w}}]}}")),), [DNS, TCP[0]]),
    ("networkPolicy of another group", (cluster(spec(f"networkPolicy: {{mode: DenyAllEgress, head: {{egressRules: [{OPEN_DNS}]}}, worker: {{egressRules: [{OPEN_DNS}]}}, workerGroups: [{{groupName: v}}]}}")),), []),
    ("networkPolicy that the operator refuses", (cluster(spec("networkPolicy: {mode: DenyAllIngress, head: {egressRules: [{}]}, worker: {egressRules: [{}]}}")),), []),
    ("networkPolicy of an unknown mode", (cluster(spec("networkPolicy: {mode: ${MODE}}").replace("${MODE}", "'${MODE}'")),), []),
    ("networkPolicy whose name is taken", (policy("podSelector: {matchLabels: {app: x}}", "ml", "dev-head"), cluster(spec("networkPolicy: {}"))), []),
    ("networkPolicy in v1alpha1 is dropped", (cluster(spec("networkPolicy: {}")).replace("ray.io/v1", "ray.io/v1alpha1"),), []),
    ("networkPolicy and the namespace's DNS", (policy(f"podSelector: {{}}, policyTypes: [Egress], egress: [{OPEN_DNS}]", "ml"), cluster(spec("networkPolicy: {}"))), []),
]  # fmt: skip


@pytest.mark.parametrize(("documents", "shut"), [row[1:] for row in CLUSTERS], ids=[row[0] for row in CLUSTERS])  # fmt: skip
def test_closed_flows(documents: tuple[str, ...], shut: list[str]) -> None:
    assert sorted(closed(seen(*documents))) == sorted(shut)


def test_an_operator_without_the_field() -> None:
    assert seen(cluster(spec("networkPolicy: {}")), target="1.6").root("flows") == ()


def test_a_cluster_that_no_policy_selects_has_no_flows() -> None:
    other = policy("podSelector: {}", "other")
    assert seen(other, cluster(spec())).root("flows") == ()


def test_fixed_ports_that_are_listed() -> None:
    ports = "rayStartParams: {node-manager-port: '8076', object-manager-port: '8077', min-worker-port: '10002', max-worker-port: '10004'}"  # fmt: skip
    listed = ", ".join(f"{{port: {port}}}" for port in (6379, 8076, 8077, 10002, 10003, 10004))
    rules = policy(f"{NODES}, ingress: [{{ports: [{listed}]}}]", "ml")
    found = answers(seen(rules, cluster(spec(head=ports, workers=f"{ports}, maxReplicas: 3"))))
    assert found[f"{UP}, ingress"] == found[f"{DOWN}, ingress"] == "true"


def test_half_of_the_worker_ports_may_do() -> None:
    some = policy(HEAD + ", ingress: [{ports: [{port: 6379}, {port: 10002, endPort: 10100}, {port: 32768, endPort: 60999}]}]", "ml")  # fmt: skip
    assert answers(seen(some, cluster(spec())))[f"{UP}, ingress"] == UNKNOWN


def test_the_operator_where_the_bundle_has_it() -> None:
    operator = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: kuberay-operator, namespace: NS}
spec: {template: {metadata: {labels: {app.kubernetes.io/name: kuberay-operator}}, spec: {containers: [{image: 'quay.io/kuberay/operator:v1.7.0'}]}}}
"""  # fmt: skip
    same = policy("podSelector: {}, ingress: [{from: [{podSelector: {}}]}]", "ml")
    name = f"{ASK}, ingress"
    assert answers(seen(same, job()))[name] == UNKNOWN
    assert answers(seen(same, job(), operator.replace("NS", "ml")))[name] == "true"
    assert answers(seen(same, job(), operator.replace("NS", "ray-system")))[name] == "false"


def test_every_place_is_told_once_with_all_that_it_closes() -> None:
    found = seen(DENY, cluster(spec()), cluster(spec(), name="b")).root("flows")
    first = [flow for flow in found if flow.is_first.value]
    assert [(told(f.name), told(f.closed_by), told(f.closes)) for f in first] == [
        ("worker group w to DNS, DNS", "NetworkPolicy deny", "DNS, GCS, other ports"),
        ("worker group w to head, GCS", "NetworkPolicy deny", "GCS, other ports"),
    ]
    assert [told(flow.besides) for flow in first] == [
        "; it also closes: GCS, other ports",
        "; it also closes: other ports",
    ]
    dns = policy("podSelector: {}, egress: [{to: [{podSelector: {}}]}]", "ml")
    first = [flow for flow in seen(dns, cluster(spec())).root("flows") if flow.is_first.value]
    assert ("DNS", "") in [(told(flow.closes), told(flow.besides)) for flow in first]


def test_the_policy_with_most_rules_is_blamed_at_its_rules() -> None:
    ports = policy(f"{HEAD}, ingress: [{{ports: [{{port: 6379}}]}}]", "ml", "head")
    found = seen(DENY_IN, ports, cluster(spec()))
    blamed = {
        told(flow.closed_by) for flow in found.root("flows") if flow.destination.value == "head"
    }
    assert blamed == {"NetworkPolicy head", "absent"}
    place = next(
        f.closed_by for f in found.root("flows") if f.closed_by.value == "NetworkPolicy head"
    )
    assert place.path == ("spec", "ingress")


GROUPS = "workerGroupSpecs: [" + ", ".join(f"{{groupName: g{n}, maxReplicas: 2, {CONTAINERS}}}" for n in range(30)) + "]"  # fmt: skip


def test_many_groups_are_not_all_compared() -> None:
    inside = f"headGroupSpec: {{{CONTAINERS}}}, {GROUPS}"
    assert len(seen(DENY, cluster(inside)).root("flows")) < 500


TAKEN = [
    # name of the policy, its namespace, what the cluster has, the cluster it is taken from
    ("dev-head", "ml", "networkPolicy: {}", "dev"),
    ("dev-workers-w", "ml", "networkPolicy: {}", "dev"),
    ("dev-workers-v", "ml", "networkPolicy: {}", "absent"),
    ("dev-head", "other", "networkPolicy: {}", "absent"),
    ("dev-head", "ml", "", "absent"),
]


@pytest.mark.parametrize(("name", "where", "more", "isolated"), TAKEN)
def test_names_that_are_taken(name: str, where: str, more: str, isolated: str) -> None:
    found = seen(policy("podSelector: {}", where, name), cluster(spec(more)))
    assert [told(each.isolated_cluster) for each in found.root("policies")] == [isolated]


ISOLATION = [
    # networkPolicy, the group's name, lists of idle rules, unmatched groups, unfit ones
    ("{}", "w", 0, [], []),
    ("{mode: DenyAllEgress, head: {ingressRules: [{}]}, worker: {ingressRules: [{}]}}", "w", 2, [], []),
    ("{mode: DenyAllIngress, head: {egressRules: []}, worker: {egressRules: ~}}", "w", 0, [], []),
    ("{mode: DenyAll, head: {egressRules: [{}], ingressRules: [{}]}}", "w", 0, [], []),
    ("{mode: deny, head: {egressRules: [{}]}}", "w", 0, [], []),
    ("{workerGroups: [{groupName: w}, {groupName: v}, {groupName: $G}]}", "w", 0, ["v"], []),
    ("{workerGroups: [{groupName: v}]}", "$G", 0, [], []),
    ("{}", "GPU", 0, [], ["GPU"]),
    ("{}", "a.b", 0, [], ["a.b"]),
    ("{}", "a_b", 0, [], ["a_b"]),  # nor could a pod be named after it
    ("{}", "$G", 0, [], []),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "group", "idle", "unmatched", "unfit"), ISOLATION)
def test_network_policy_of_a_cluster(
    settings: str, group: str, idle: int, unmatched: list[str], unfit: list[str]
) -> None:
    text = cluster(
        spec(f"networkPolicy: {settings}").replace("groupName: w,", f"groupName: {group},")
    )
    isolation = seen(text).clusters[0].isolation
    assert len(isolation.idle_rules) == idle
    assert [each.name.value for each in isolation.unmatched_groups] == unmatched
    assert [each.node.value for each in isolation.unfit_groups] == unfit


def test_a_group_may_have_capitals_without_it() -> None:
    text = cluster(spec().replace("groupName: w,", "groupName: GPU,"))
    assert seen(text).clusters[0].isolation.unfit_groups == ()


NAMES = [
    # the worker group, networkPolicy, the fact, the name that is meant
    ("GPU.Group", "{}", "unfit_groups[0].fitting", "gpu-group"),
    ("GPU", "{workerGroups: [{groupName: GPU}]}", "unfit_groups[0].fitting", "absent"),
    ("workers", "{workerGroups: [{groupName: wrokers}]}", "unmatched_groups[0].nearest", "workers"),
    ("workers", "{workerGroups: [{groupName: Workers}]}", "unmatched_groups[0].nearest", "workers"),
    ("workers", "{workerGroups: [{groupName: other}]}", "unmatched_groups[0].nearest", "absent"),
]


@pytest.mark.parametrize(("group", "settings", "path", "meant"), NAMES)
def test_groups_that_are_meant(group: str, settings: str, path: str, meant: str) -> None:
    text = cluster(
        spec(f"networkPolicy: {settings}").replace("groupName: w,", f"groupName: {group},")
    )
    assert fact(text, f"isolation.{path}") == meant
