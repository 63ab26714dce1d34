"""Which NetworkPolicies select which pods. Not here: what they let through (`networkpolicy`).

A pod finds its policies by its namespace and its labels, so that many of both do no harm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from raypolicy import labelselector
from raypolicy.bundle import Resource
from raypolicy.inventory import Inventory
from raypolicy.networkpolicy import Policy
from raypolicy.tree import Node, Unknown, placeless
from raypolicy.values import placeholder
from raypolicy.writtenpolicy import read

KIND: Final = "NetworkPolicy"
NAME_LABEL: Final = "kubernetes.io/metadata.name"
API: Final = "networking.k8s.io/v1"
_FOREIGN: Final = {
    "NetworkPolicy": True,
    "StagedNetworkPolicy": True,
    "CiliumNetworkPolicy": True,
    "CiliumClusterwideNetworkPolicy": False,
    "AdminNetworkPolicy": False,
    "BaselineAdminNetworkPolicy": False,
    "ClusterNetworkPolicy": False,
    "GlobalNetworkPolicy": False,
}
"""Kinds of other makers that let through or cut off as well; whether they lie in a namespace."""
_MOST: Final = 8
"""Policies of which it is asked one by one whether they may select a pod."""
_TOO_MANY: Final = 100
"""Policies that select the same pods, beyond which nothing is said."""
_EVERY: Final = "*"
_UNCLEAR: Final = "?"
_Place: TypeAlias = tuple[str, str, str]


class Selection(NamedTuple):
    """The policies that select pods for sure, and why others may do so too, if any."""

    policies: tuple[Policy, ...]
    doubt: Unknown | None


class PolicyIndex:
    """The NetworkPolicies of a bundle."""

    def __init__(self, inventory: Inventory) -> None:
        self._by: dict[_Place, list[Policy]] = defaultdict(list)
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._names: dict[str, list[Resource]] = defaultdict(list)
        self._foreign: dict[str, str] = {}
        self.found = False
        for kind, namespaced in _FOREIGN.items():
            for resource in inventory.of_kind(kind):
                if resource.api_version == API and kind == KIND:
                    self._add(resource)
                else:
                    self._foreign.setdefault(resource.namespace if namespaced else _EVERY, kind)

    def named(self, name: str) -> tuple[Resource, ...]:
        """The NetworkPolicies of a name."""
        return tuple(self._names.get(name, ()))

    def select(self, namespace: str, labels: Mapping[str, Node[Any]]) -> Selection:
        """The policies for pods with labels in a namespace as it is written."""
        sure: dict[int, Policy] = {}
        doubt = self._elsewhere(namespace)
        for policy in self._candidates(namespace, labels):
            met = labelselector.judge(policy.demands, labels)[0]
            if met is True:
                sure[id(policy)] = policy
            elif type(met) is Unknown:
                doubt = doubt or met
            if len(sure) > _TOO_MANY:
                return Selection((), Unknown("too many policies select the pods"))
        if doubt is None and self._may_select(namespace, labels):
            doubt = Unknown("a NetworkPolicy may select the pods or not")
        others = _EVERY if _unclear(namespace) else _UNCLEAR
        if doubt is None and self._may_lie_elsewhere(namespace, others, labels):
            doubt = Unknown("the namespace of a NetworkPolicy or of the pods is not written")
        return Selection(tuple(sure.values()), doubt)

    def _add(self, resource: Resource) -> None:
        self.found = True
        self._names[resource.name].append(resource)
        policy = read(resource.name, resource.namespace, resource.node.get("spec"))
        key, value = _pair(policy)
        places = [policy.namespace, _EVERY]
        places += [_UNCLEAR] if _unclear(policy.namespace) else []
        for place in places:
            self._by[place, key, value].append(policy)
            self._keys[place].add(key)

    def _candidates(self, place: str, labels: Mapping[str, Node[Any]]) -> Iterator[Policy]:
        yield from self._by.get((place, "", ""), ())
        for key, node in labels.items():
            if type(node.value) is str:
                yield from self._by.get((place, key, node.value), ())

    def _may_select(self, place: str, labels: Mapping[str, Node[Any]]) -> bool:
        """Whether policies ask for a label of the pods whose value is not known."""
        for key in self._keys.get(place, ()):
            label = labels.get(key) if key else None
            if label is not None and (type(label.value) is Unknown or _is_open(label.value)):
                return True
        return False

    def _may_lie_elsewhere(
        self, namespace: str, others: str, labels: Mapping[str, Node[Any]]
    ) -> bool:
        """Whether a policy whose namespace may be that of the pods, or not, may select them."""
        if self._may_select(others, labels):
            return True
        asked = 0
        for policy in self._candidates(others, labels):
            if policy.namespace == namespace:
                continue
            asked += 1
            selected = labelselector.judge(policy.demands, labels)[0]
            if asked > _MOST or selected is not False:
                return True
        return False

    def _elsewhere(self, namespace: str) -> Unknown | None:
        """Why policies of other kinds may have a say."""
        kind = self._foreign.get(_EVERY) or self._foreign.get(namespace)
        if kind is None and self._foreign:
            unclear = _unclear(namespace) or any(_unclear(each) for each in self._foreign)
            kind = next(iter(self._foreign.values())) if unclear else None
        return Unknown(f"a {kind} may say otherwise") if kind else None


class Namespaces:
    """The labels of namespaces."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._made: dict[str | None, OpenLabels] = {}

    def labels(self, name: str | None) -> Mapping[str, Node[Any]]:
        """The labels of a namespace; those of one that is not in the bundle may be any."""
        if name not in self._made:
            self._made[name] = self._labels(name)
        return self._made[name]

    def _labels(self, name: str | None) -> OpenLabels:
        if not name or placeholder(name):
            return OpenLabels({NAME_LABEL: placeless(Unknown("the namespace is not known"))})
        found = self._inventory.named("Namespace", name, "")
        own = {NAME_LABEL: placeless(name)}
        if len(found) != 1:
            return OpenLabels(own)
        written = dict(found[0].node.get("metadata", "labels").entries())
        return OpenLabels({**written, **own}, closed=_plain)


class OpenLabels(dict[str, Node[Any]]):
    """Labels of which not all are known; those with a `closed` key are."""

    def __init__(self, known: Mapping[str, Node[Any]], closed: Any = None) -> None:
        super().__init__(known)
        self._closed = closed

    def get(self, key: str, default: Any = None) -> Any:
        """The label; unknown where it may be set."""
        found = super().get(key)
        if found is None and (self._closed is None or not self._closed(key)):
            return placeless(Unknown("a label that may be set or not"))
        return default if found is None else found


def _plain(key: str) -> bool:
    """Whether nobody but the people who write a Namespace sets a label."""
    return "/" not in key


def _unclear(namespace: str) -> bool:
    return not namespace or placeholder(namespace) is not None


def _is_open(value: Any) -> bool:
    return type(value) is str and placeholder(value) is not None


def _pair(policy: Policy) -> tuple[str, str]:
    """A label that a policy asks for, by which it is found; none where there is no single one."""
    for demand in policy.demands:
        single = demand.operator == "In" and len(demand.values) == 1
        if single and type(demand.values[0]) is str and not placeholder(demand.values[0]):
            return demand.key, demand.values[0]
    return "", ""


def named_ports(containers: Iterable[Node[Any]]) -> tuple[tuple[str, int, str], ...] | None:
    """Name, number and protocol of the ports of containers; None where some are not known."""
    found: list[tuple[str, int, str]] = []
    for container in containers:
        for port in container.get("ports").items():
            name, number = port.get("name").known, port.get("containerPort").value
            protocol = port.get("protocol")
            spoken = "TCP" if protocol.absent else protocol.value
            if name is None:
                continue
            if type(name) is not str or type(number) is not int or type(spoken) is not str:
                return None
            found.append((name, number, spoken))
    return tuple(found)
