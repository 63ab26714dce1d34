"""What the bindings of a bundle give to ServiceAccounts that Ray's pods run as. Not here: whether
that is enough (`accesses`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, Final

from raypolicy.bundle import Resource
from raypolicy.facts.binding import BoundName
from raypolicy.facts.pod import Pod
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.nearnames import NearNames
from raypolicy.tree import ABSENT, Node
from raypolicy.values import placeholder
from raypolicy.ways.words import Words

_BUILT_IN: Final = frozenset({"admin", "cluster-admin", "edit", "view"})
_ACCOUNT: Final = "ServiceAccount"
_Accounts = dict[str, set[str]]


def bindings(
    inventory: Inventory, pods: Iterable[Pod], owner_of: Callable[[Resource], Owner]
) -> tuple[BoundName, ...]:
    """Names in bindings that lead past an account of Ray's pods, or past the role for it."""
    used: _Accounts = {}
    for pod in pods:
        name = pod.field("serviceAccountName").value
        if pod.role.value != "workload" and type(name) is str and _is_plain(name):
            used.setdefault(name, set()).add(pod.owner.resource.namespace)
    if not used:
        return ()
    telling = Words((), used, NearNames(used, inventory.names))
    kinds = (inventory.of_kind(kind, telling) for kind in ("RoleBinding", "ClusterRoleBinding"))
    return tuple(
        found
        for binding in chain.from_iterable(kinds)
        for found in _names(binding, used, inventory, owner_of)
    )


def _names(
    binding: Resource,
    used: _Accounts,
    inventory: Inventory,
    owner_of: Callable[[Resource], Owner],
) -> Iterator[BoundName]:
    subjects = [
        (subject.get("name"), space)
        for subject in binding.node.get("subjects").items()
        if subject.get("kind").value == _ACCOUNT
        and type(subject.get("name").value) is str
        and type(space := subject.get("namespace").value) is str
        and _is_plain(subject.get("name").value)
        and _is_plain(space)
    ]
    bound = {(str(name.value), space) for name, space in subjects}
    for name, space in subjects:
        nearest, elsewhere = _past(name, space, used, bound, inventory)
        if not (nearest.absent and elsewhere.absent):
            yield BoundName(name, owner_of(binding), _ACCOUNT, nearest, elsewhere)
    if any(space in used.get(name, ()) or "" in used.get(name, ()) for name, space in bound):
        yield from _role(binding, inventory, owner_of)


def _past(
    name: Node[str], space: str, used: _Accounts, bound: set[tuple[str, str]], inventory: Inventory
) -> tuple[Node[str], Node[str]]:
    """What is probably meant by a subject that no account answers to: a name, or a namespace."""
    none: Node[str] = name.put(ABSENT)
    text = str(name.value)
    if inventory.named(_ACCOUNT, text, space):
        return none, none
    others = inventory.elsewhere(_ACCOUNT, text, space)
    if text in used:
        (*places,) = used[text]
        there = others[0].namespace if len(others) == 1 else ""
        meant = there in places and space not in places and "" not in places
        if meant and (text, there) not in bound:
            return none, others[0].node.get("metadata", "namespace")
        return none, none
    near = None if others else inventory.nearest(_ACCOUNT, text, space)
    if near is None or near.name not in used or text == "default":
        return none, none
    if any(name == near.name for name, _ in bound):
        return none, none
    return near.node.get("metadata", "name"), none


def _role(
    binding: Resource, inventory: Inventory, owner_of: Callable[[Resource], Owner]
) -> Iterator[BoundName]:
    kind, name = (binding.node.get("roleRef", key) for key in ("kind", "name"))
    text = name.value
    if kind.value not in ("Role", "ClusterRole") or type(text) is not str or not _is_plain(text):
        return
    if text in _BUILT_IN or text.startswith("system:"):
        return
    sought: tuple[Any, str, str] = (kind.value, text, binding.namespace)
    if inventory.named(*sought):
        return
    others, none = inventory.elsewhere(*sought), name.put(ABSENT)
    if len(others) == 1:
        space = others[0].node.get("metadata", "namespace")
        yield BoundName(name, owner_of(binding), str(kind.value), none, space)
    elif not others:
        near = inventory.nearest(*sought)
        if near is not None:
            meant = near.node.get("metadata", "name")
            yield BoundName(name, owner_of(binding), str(kind.value), meant, none)


def _is_plain(text: str) -> bool:
    return bool(text) and not placeholder(text)
