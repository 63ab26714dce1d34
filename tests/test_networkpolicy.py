"""NetworkPolicies evaluated: tables after Kubernetes' page on them and its recipes.

A case is the policies, and who asks whom on which port; the answer is that of the ingress side and
of the egress side. The evaluation was also compared with another implementation (cyclonus, with the
label selectors of k8s.io/apimachinery) on thousands of random cases. Not here: what Ray needs
(`test_flows`).
"""

from __future__ import annotations

from typing import Any

import pytest

from raypolicy.bundle import make_bundle
from raypolicy.inventory import Inventory
from raypolicy.networkpolicy import EGRESS, INGRESS, Asked, End, judge
from raypolicy.policies.policyindex import Namespaces, OpenLabels, PolicyIndex
from raypolicy.source import SourceFile
from raypolicy.tree import Unknown, placeless

UNKNOWN = "unknown"
RAY = "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: x}\n"


def policy(spec: str, namespace: str = "default", name: str = "p") -> str:
    """A policy with a spec in one line."""
    where = f", namespace: {namespace}" if namespace else ""
    head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
    return f"{head}metadata: {{name: {name}{where}}}\nspec: {{{spec}}}\n"


def namespace(name: str, labels: str) -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n"


def pod(labels: str = "", where: str | None = "default", ports: Any = ()) -> End:
    """A pod with labels such as `app=web,tier=x`."""
    pairs = (each.split("=") for each in labels.split(",") if each)
    return End(where, {key: placeless(value) for key, value in pairs}, ports)


WEB = pod("app=web", ports=(("http", 80, "TCP"), ("dns", 53, "UDP")))
CLIENT = pod("app=client")
ABROAD = pod("app=client", "other")
OPERATOR = End(None, OpenLabels({}, closed=lambda key: key == "app"))
API_SERVER = End(None, OpenLabels({}), outside=True)


def answers(
    documents: tuple[str, ...], source: End, destination: End, port: Asked
) -> tuple[object, object]:
    """What the policies of the destination say, and those of the source."""
    inventory = Inventory(make_bundle("", [SourceFile("a.yaml", "---\n".join((RAY, *documents)))]))
    index, labels = PolicyIndex(inventory), Namespaces(inventory).labels
    found: list[object] = []
    sides = ((INGRESS, destination, source), (EGRESS, source, destination))
    for direction, own, other in sides:
        if own.namespace is None:  # whose policies nobody asks for
            found.append(True)
            continue
        selected = index.select(own.namespace, own.labels)
        answer, acting = judge(selected.policies, direction, other, port, own, labels)
        doubtful = selected.doubt is not None and (answer is False or not acting)
        found.append(UNKNOWN if doubtful or type(answer) is Unknown else answer)
    return found[0], found[1]


HTTP = Asked(80, 80)
DNS = Asked(53, 53, "UDP")
DENY_IN = policy("podSelector: {}, policyTypes: [Ingress]")
DENY_OUT = policy("podSelector: {}, policyTypes: [Egress]")
FROM_CLIENTS = "podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]"  # fmt: skip
DB = pod("role=db")
DB_POLICY = policy("""podSelector: {matchLabels: {role: db}}, policyTypes: [Ingress, Egress],
  ingress: [{from: [{ipBlock: {cidr: 172.17.0.0/16, except: [172.17.1.0/24]}}, {namespaceSelector: {matchLabels: {project: myproject}}},
    {podSelector: {matchLabels: {role: frontend}}}], ports: [{protocol: TCP, port: 6379}]}],
  egress: [{to: [{ipBlock: {cidr: 10.0.0.0/24}}], ports: [{protocol: TCP, port: 5978}]}]""")  # fmt: skip
OTHER = namespace("other", "project: myproject")
REDIS, OUT = Asked(6379, 6379), Asked(5978, 5978)

CASES: list[tuple[str, tuple[str, ...], End, End, Asked, object, object]] = [
    # what it shows, documents, source, destination, port, ingress, egress
    ("no policy at all", (), CLIENT, WEB, HTTP, True, True),
    ("a policy of another namespace", (policy("podSelector: {}", "other"),), CLIENT, WEB, HTTP, True, True),
    ("a policy for other pods", (policy("podSelector: {matchLabels: {app: x}}"),), CLIENT, WEB, HTTP, True, True),
    # the page's default policies
    ("default deny all ingress", (DENY_IN,), CLIENT, WEB, HTTP, False, True),
    ("default deny all egress", (DENY_OUT,), CLIENT, WEB, HTTP, True, False),
    ("default deny both", (policy("podSelector: {}, policyTypes: [Ingress, Egress]"),), CLIENT, WEB, HTTP, False, False),
    ("allow all ingress", (DENY_IN, policy("podSelector: {}, ingress: [{}], policyTypes: [Ingress]", name="a")), ABROAD, WEB, HTTP, True, True),
    ("allow all egress", (DENY_OUT, policy("podSelector: {}, egress: [{}], policyTypes: [Egress]", name="a")), WEB, ABROAD, HTTP, True, True),
    # policyTypes
    ("without policyTypes ingress is restricted", (policy("podSelector: {}"),), CLIENT, WEB, HTTP, False, True),
    ("an empty list of them is the same", (policy("podSelector: {}, policyTypes: []"),), CLIENT, WEB, HTTP, False, True),
    ("egress rules restrict egress as well", (policy("podSelector: {}, egress: [{ports: [{port: 53}]}]"),), CLIENT, WEB, HTTP, False, False),
    ("no egress rules do not", (policy("podSelector: {}, egress: []"),), CLIENT, WEB, HTTP, False, True),
    ("no egress rules do with the type", (policy("podSelector: {}, egress: [], policyTypes: [Egress]"),), CLIENT, WEB, HTTP, True, False),
    ("ingress rules count for nothing without the type", (policy("podSelector: {}, ingress: [], policyTypes: [Egress], egress: [{}]"),), CLIENT, WEB, HTTP, True, True),
    ("no rules are no peers", (policy("podSelector: {}, ingress: []"),), CLIENT, WEB, HTTP, False, True),
    # podSelector
    ("a null podSelector selects all", (policy("podSelector: ~"),), CLIENT, WEB, HTTP, False, True),
    ("a missing podSelector selects all", (policy("policyTypes: [Ingress]"),), CLIENT, WEB, HTTP, False, True),
    ("NotIn selects pods without the key", (policy("podSelector: {matchExpressions: [{key: team, operator: NotIn, values: [x]}]}"),), CLIENT, WEB, HTTP, False, True),
    ("a demand for an empty label is no demand for none", (policy("podSelector: {matchLabels: {team: ''}}"),), CLIENT, WEB, HTTP, True, True),
    # peers
    ("pods of the policy's namespace", (policy(FROM_CLIENTS + "}]"),), CLIENT, WEB, HTTP, True, True),
    ("the same pods in another namespace", (policy(FROM_CLIENTS + "}]"),), ABROAD, WEB, HTTP, False, True),
    ("an empty podSelector is the whole namespace", (policy("podSelector: {}, ingress: [{from: [{podSelector: {}}]}]"),), CLIENT, WEB, HTTP, True, True),
    ("and no other", (policy("podSelector: {}, ingress: [{from: [{podSelector: {}}]}]"),), ABROAD, WEB, HTTP, False, True),
    ("an empty namespaceSelector is all namespaces", (policy("podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]"),), ABROAD, WEB, HTTP, True, True),
    ("both must be met in one item", (policy("podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {project: myproject}}, podSelector: {matchLabels: {app: x}}}]}]"), OTHER), ABROAD, WEB, HTTP, False, True),
    ("either of two items", (policy("podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {project: myproject}}}, {podSelector: {matchLabels: {app: x}}}]}]"), OTHER), ABROAD, WEB, HTTP, True, True),
    ("an empty `from` is everybody", (policy("podSelector: {}, ingress: [{from: []}]"),), ABROAD, WEB, HTTP, True, True),
    ("a missing `from` is everybody", (policy("podSelector: {}, ingress: [{ports: [{port: 80}]}]"),), ABROAD, WEB, HTTP, True, True),
    ("both sides must agree", (policy(FROM_CLIENTS + "}]"), policy("podSelector: {matchLabels: {app: client}}, policyTypes: [Egress]", name="q")), CLIENT, WEB, HTTP, True, False),
    # namespaces
    ("a namespace by its name", (policy("podSelector: {}, ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [frontend, other]}]}}]}]"),), ABROAD, WEB, HTTP, True, True),
    ("another name", (policy("podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: frontend}}}]}]"),), ABROAD, WEB, HTTP, False, True),
    ("a namespace that is not here", (policy("podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {project: myproject}}}]}]"),), ABROAD, WEB, HTTP, UNKNOWN, True),
    ("a namespace that is here without the label", (policy("podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: x}}}]}]"), OTHER), ABROAD, WEB, HTTP, False, True),
    ("a label that a controller may give it", (policy("podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/team: x}}}]}]"), OTHER), ABROAD, WEB, HTTP, UNKNOWN, True),
    ("a pod that may be anywhere, all namespaces", (policy("podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]"),), OPERATOR, WEB, HTTP, True, True),
    ("a pod that may be anywhere, this namespace", (policy("podSelector: {}, ingress: [{from: [{podSelector: {}}]}]"),), OPERATOR, WEB, HTTP, UNKNOWN, True),
    ("a pod that may be anywhere, without the label", (policy(FROM_CLIENTS + "}]"),), OPERATOR, WEB, HTTP, False, True),
    ("a pod that may be anywhere, with other labels", (policy("podSelector: {}, ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {name: x}}}]}]"),), OPERATOR, WEB, HTTP, UNKNOWN, True),
    # ports
    ("a port", (policy(FROM_CLIENTS + ", ports: [{port: 80}]}]"),), CLIENT, WEB, HTTP, True, True),
    ("another port", (policy(FROM_CLIENTS + ", ports: [{port: 81}]}]"),), CLIENT, WEB, HTTP, False, True),
    ("no ports are all", (policy(FROM_CLIENTS + ", ports: []}]"),), CLIENT, WEB, HTTP, True, True),
    ("a port without protocol is TCP", (policy("podSelector: {}, ingress: [{ports: [{port: 53}]}]"),), CLIENT, WEB, DNS, False, True),
    ("a protocol without port is all its ports", (policy("podSelector: {}, ingress: [{ports: [{protocol: UDP}]}]"),), CLIENT, WEB, DNS, True, True),
    ("and none of the others", (policy("podSelector: {}, ingress: [{ports: [{protocol: UDP}]}]"),), CLIENT, WEB, HTTP, False, True),
    ("an empty item is all of TCP", (policy("podSelector: {}, ingress: [{ports: [{}]}]"),), CLIENT, WEB, HTTP, True, True),
    ("a range", (policy("podSelector: {}, ingress: [{ports: [{port: 32000, endPort: 32768}]}]"),), CLIENT, WEB, Asked(32768, 32768), True, True),
    ("behind a range", (policy("podSelector: {}, ingress: [{ports: [{port: 32000, endPort: 32768}]}]"),), CLIENT, WEB, Asked(32769, 32769), False, True),
    ("a range of one", (policy("podSelector: {}, ingress: [{ports: [{port: 80, endPort: 80}]}]"),), CLIENT, WEB, HTTP, True, True),
    ("a port by name", (policy("podSelector: {}, ingress: [{ports: [{port: http}]}]"),), CLIENT, WEB, HTTP, True, True),
    ("a name that no container lists", (policy("podSelector: {}, ingress: [{ports: [{port: web}]}]"),), CLIENT, WEB, HTTP, False, True),
    ("a name of another protocol", (policy("podSelector: {}, ingress: [{ports: [{port: dns}]}]"),), CLIENT, WEB, Asked(53, 53), False, True),
    ("a name is looked up at the destination", (policy("podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: http}]}]"),), CLIENT, WEB, HTTP, True, True),
    ("a name where the ports are not known", (policy("podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: http}]}]"),), CLIENT, pod("app=web", ports=None), HTTP, True, UNKNOWN),
    # several ports are asked for
    ("ports one by one", (policy("podSelector: {}, ingress: [{ports: [{port: 81}, {port: 80}]}, {ports: [{port: 82}]}]"),), CLIENT, WEB, Asked(80, 82), True, True),
    ("a gap", (policy("podSelector: {}, ingress: [{ports: [{port: 80}, {port: 82}]}]"),), CLIENT, WEB, Asked(80, 82), UNKNOWN, True),
    ("none of them", (policy("podSelector: {}, ingress: [{ports: [{port: 79}, {port: 83}]}]"),), CLIENT, WEB, Asked(80, 82), False, True),
    ("ranges that meet in two policies", (policy("podSelector: {}, ingress: [{ports: [{port: 1, endPort: 80}]}]"), policy("podSelector: {}, ingress: [{ports: [{port: 81, endPort: 90}]}]", name="q")), CLIENT, WEB, Asked(80, 82), True, True),
    # the page's own example
    ("the page's example: a namespace by its label", (DB_POLICY, OTHER), ABROAD, DB, REDIS, True, True),
    ("the page's example: pods by their label", (DB_POLICY,), pod("role=frontend"), DB, REDIS, True, True),
    ("the page's example: their addresses may be in the block", (DB_POLICY,), CLIENT, DB, REDIS, UNKNOWN, True),
    ("the page's example: another port", (DB_POLICY,), pod("role=frontend"), DB, HTTP, False, True),
    ("the page's example: a block of addresses", (DB_POLICY,), DB, API_SERVER, OUT, True, UNKNOWN),
    ("the page's example: another port to it", (DB_POLICY,), DB, API_SERVER, HTTP, True, False),
    # hosts
    ("all addresses", (policy("podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]"),), CLIENT, API_SERVER, HTTP, True, True),
    ("all but some", (policy("podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]"),), CLIENT, API_SERVER, HTTP, True, UNKNOWN),
    ("pods are no hosts", (policy("podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}]"),), CLIENT, API_SERVER, HTTP, True, False),
    ("pods of a namespace may be in the network of a node", (policy("podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}]}]"),), CLIENT, API_SERVER, HTTP, True, UNKNOWN),
    ("everybody", (policy("podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 80}]}]"),), CLIENT, API_SERVER, HTTP, True, True),
    ("all addresses, asked for a pod", (policy("podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]"),), CLIENT, WEB, HTTP, True, UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_case(case: tuple[str, tuple[str, ...], End, End, Asked, object, object]) -> None:
    _, documents, source, destination, port, ingress, egress = case
    assert answers(documents, source, destination, port) == (ingress, egress)


REFUSED = [
    # what the API server takes for no policy
    "podSelector: {}, policyTypes: [ingress]",
    "podSelector: {}, policyTypes: Ingress",
    "podSelector: {}, ingress: [{from: [{}]}]",
    "podSelector: {}, ingress: [{from: [{podSelector: ~}]}]",
    "podSelector: {}, ingress: [{from: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]",
    "podSelector: {}, ingress: [{from: [{podselector: {}}]}]",
    "podSelector: {}, ingress: [{to: [{podSelector: {}}]}]",
    "podSelector: {}, ingress: {}",
    "podSelector: {}, ingress: [~]",
    "podSelector: {}, ingress: [{ports: [{port: '80'}]}]",
    "podSelector: {}, ingress: [{ports: [{port: 0}]}]",
    "podSelector: {}, ingress: [{ports: [{port: 65536}]}]",
    "podSelector: {}, ingress: [{ports: [{endPort: 90}]}]",
    "podSelector: {}, ingress: [{ports: [{port: 90, endPort: 80}]}]",
    "podSelector: {}, ingress: [{ports: [{port: http, endPort: 80}]}]",
    "podSelector: {}, ingress: [{ports: [{port: 81, protocol: tcp}]}]",
    "podSelector: {}, ingress: [{from: [{podSelector: {app: client}}]}]",
    "podSelector: {matchExpressions: [{key: app, operator: In}]}",
    "podSelector: web",
    # and what has yet to be filled in
    "podSelector: {}, ingress: [{ports: [{port: '${PORT}'}]}]",
    "podSelector: {}, ingress: [{ports: [{port: 80, protocol: '${PROTOCOL}'}]}]",
    "podSelector: {matchLabels: {app: '${APP}'}}",
    "podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: '${APP}'}}}]}]",
]


@pytest.mark.parametrize("spec", REFUSED)
def test_nothing_is_said_of_a_policy_that_is_none(spec: str) -> None:
    assert answers((policy(spec),), CLIENT, WEB, HTTP)[0] == UNKNOWN


ELSEWHERE = [
    # namespace of the policy, of the pods, answer
    ("", "", False),
    ("default", "default", False),
    ("other", "default", True),
    ("", "default", UNKNOWN),
    ("default", "", UNKNOWN),
    ("'${NS}'", "${NS}", False),
    ("'${NS}'", "default", UNKNOWN),
]


@pytest.mark.parametrize(("of_policy", "of_pods", "answer"), ELSEWHERE)
def test_a_namespace_that_is_not_written(of_policy: str, of_pods: str, answer: object) -> None:
    web = pod("app=web", of_pods)
    assert answers((policy("podSelector: {}", of_policy),), CLIENT, web, HTTP)[0] == answer


FOREIGN = [
    # kind, its API, its namespace, answer
    ("CiliumNetworkPolicy", "cilium.io/v2", "default", UNKNOWN),
    ("CiliumNetworkPolicy", "cilium.io/v2", "other", False),
    ("CiliumNetworkPolicy", "cilium.io/v2", "", UNKNOWN),
    ("CiliumClusterwideNetworkPolicy", "cilium.io/v2", "", UNKNOWN),
    ("AdminNetworkPolicy", "policy.networking.k8s.io/v1alpha1", "", UNKNOWN),
    ("NetworkPolicy", "projectcalico.org/v3", "default", UNKNOWN),
    ("GlobalNetworkPolicy", "projectcalico.org/v3", "", UNKNOWN),
]


@pytest.mark.parametrize(("kind", "api", "where", "answer"), FOREIGN)
def test_policies_of_other_makers(kind: str, api: str, where: str, answer: object) -> None:
    metadata = f"{{name: f, namespace: '{where}'}}"
    foreign = f"apiVersion: {api}\nkind: {kind}\nmetadata: {metadata}\nspec: {{selector: all()}}\n"
    assert answers((DENY_IN, foreign), CLIENT, WEB, HTTP)[0] == answer
