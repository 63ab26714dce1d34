"""Whether NetworkPolicies let workloads call the Services that the operator makes. Not here: the
flows of Ray's own pods (`flows`), whom a workload calls (`addresses`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from raypolicy.effective import isolation
from raypolicy.facts.address import Address
from raypolicy.facts.pod import Pod
from raypolicy.inventory import Inventory
from raypolicy.networkpolicy import Answer, End, Policy
from raypolicy.policies.flowports import ANY
from raypolicy.policies.policyflows import Pods, Wanted, told
from raypolicy.policies.policyindex import Namespaces, PolicyIndex, named_ports
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.ways.madeservices import HEAD, SERVE, WORKERS, Derived
from raypolicy.ways.podsets import PodSet, pod_sets

_USUAL: Final = {"http": 80, "https": 443, "ray": 10001}
"""The ports of addresses that name none."""
_SEVERAL: Final = Unknown("not all of the pods are closed")


class Call(NamedTuple):
    """Whether policies leave a call open, and the place of the policy that closes it."""

    open: Answer
    closed_by: Node[Any] | None = None


_OPEN: Final = Call(True)


class Calls:
    """The calls of the workloads of a bundle, each looked at from both its ends."""

    def __init__(self, inventory: Inventory, pods: Iterable[Pod]) -> None:
        self._index = PolicyIndex(inventory)
        self._labels = Namespaces(inventory).labels
        self._callers: dict[int, Pods] = {}
        self._called: dict[int, list[tuple[str, Pods]]] = {}
        for each in pod_sets((), (pod for pod in pods if pod.role.value == "workload")):
            self._callers[id(each.owner.resource.node)] = self._pods(each)

    def judged(self, address: Address, service: Derived) -> Call:
        """The call of a Service's address: closed if it is so to all pods of the Service. Nothing
        is said against what no policy selects, nor of who is no workload.
        """
        caller = self._callers.get(id(address.owner.resource.node))
        if caller is None:
            return _OPEN
        calls = [
            self._call(caller, pods, _port(address, service)) for pods in self._behind(service)
        ]
        if not calls or all(call.open is True for call in calls):
            return _OPEN
        if all(call.open is False for call in calls):
            return calls[0]
        return Call(next((call.open for call in calls if type(call.open) is Unknown), _SEVERAL))

    def _call(self, caller: Pods, called: Pods, ports: tuple[int, int]) -> Call:
        if not caller.selection.policies and not called.selection.policies:
            return _OPEN
        sides = [side for _, side in told(Wanted("call", caller, called, (ports,)), self._labels)]
        for side in sides:
            if side.open is False:
                return Call(False, side.closing and side.closing.at_key(side.policy))
        return Call(next((side.open for side in sides if side.open is not True), True))

    def _behind(self, service: Derived) -> list[Pods]:
        """The pods that a Service leads to."""
        cluster = service.cluster
        if id(cluster) not in self._called:
            self._called[id(cluster)] = [
                (each.role, self._pods(each)) for each in pod_sets((cluster,), ())
            ]
        return [pods for role, pods in self._called[id(cluster)] if leads_to(service, role)]

    def _pods(self, pods: PodSet) -> Pods:
        namespace, pod = pods.owner.resource.namespace, pods.pod
        selection = self._index.select(namespace, pods.labels)
        made = self._made(pods)
        selection = selection._replace(policies=(*selection.policies, *made))
        ports = named_ports(each.node for each in pod.all_containers)
        host = pod.field("hostNetwork").value not in (ABSENT, False)
        end = End(namespace, pods.labels, ports, id(pods.cluster))
        return Pods(pods.role, end, selection, pods.node, host)

    def _made(self, pods: PodSet) -> Iterator[Policy]:
        """The policy that the operator makes for pods, if their cluster asks for one and no policy
        that is written has its name.
        """
        cluster = pods.cluster
        if cluster is None or pods.group is None:
            return
        asked, name = isolation.settings(cluster.node, cluster.owner.release), cluster.name.known
        if asked.absent or self._index.named(isolation.head_policy_name(str(name))):
            return
        group = None if pods.role == "head" else str(pods.group.name.known or "")
        namespace = cluster.owner.resource.namespace
        yield isolation.policy(asked, namespace, group, id(cluster), None)


def leads_to(service: Derived, role: str) -> bool:
    """Whether a Service selects the head or the workers."""
    return service.role == SERVE or (service.role == WORKERS) != (role == "head")


def _port(address: Address, service: Derived) -> tuple[int, int]:
    """The port of the pods that an address leads to; any where that is not known."""
    port = address.port
    number = _USUAL.get(str(address.scheme.value)) if port.absent else port.known
    headless = _headless(service)
    if number is None or headless is None:
        return ANY
    if headless:
        return number, number
    targets = {each.target.known for each in service.ports if each.number.value == number}
    target = targets.pop() if len(targets) == 1 else None
    return (target, target) if isinstance(target, int) else ANY


def _headless(service: Derived) -> bool | None:
    """Whether the name of a Service leads to every port of the pods; None where that is unknown."""
    if service.role == HEAD:
        return service.cluster.head_service.headless.known
    spec = service.cluster.owner.resource.node.get("spec", "serveService", "spec")
    return service.role == WORKERS or spec.get("clusterIP").value == "None"
