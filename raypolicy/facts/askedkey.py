"""Keys asked of a ConfigMap or Secret, and those it has. Not here: who asks (`reference`)."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

from raypolicy.bundle import Resource
from raypolicy.facts.view import Owner, View, fact
from raypolicy.nearnames import NearNames, same_letters
from raypolicy.tree import ABSENT, PLACEHOLDER, WRITTEN, Node, Unknown
from raypolicy.values import placeholder

_CONTENTS: Final = {"ConfigMap": ("data", "binaryData"), "Secret": ("data", "stringData")}
_FEW: Final = 6
"""So many keys of an object are listed."""
_FILLED_BY_OTHERS: Final = (
    "config.openshift.io/inject-trusted-cabundle",
    "service.beta.openshift.io/inject-cabundle",
    "replicator.v1.mittwald.de/replicate-from",
    "reflector.v1.k8s.emberstack.com/reflects",
    "sealedsecrets.bitnami.com/managed",
    "kustomize.config.k8s.io/behavior",
)
"""Labels and annotations of objects whose contents come from elsewhere."""


class AskedKey(View):
    """A key that is asked of a ConfigMap or Secret; its node is the key where it is asked for."""

    apart = True

    def __init__(self, node: Node[str], owner: Owner, target: Resource) -> None:
        super().__init__(node, owner)
        self._target = target

    @fact
    def name(self) -> Node[str]:
        """The key."""
        return self.node

    @fact
    def found(self) -> Node[bool]:
        """Whether the object has it; unknown where its contents are not written."""
        held = self._held
        if isinstance(held, Unknown):
            return self.node.put(held)
        asked = str(self.node.value)
        return self.node.put(PLACEHOLDER if placeholder(asked) else asked in held)

    @fact
    def nearest(self) -> Node[str]:
        """The nearest key that the object does have, if one is near; absent where the key that is
        asked for is written nowhere, so that it cannot be misspelt."""
        held = self._held
        asked = self.found.value is False and self.node.how == WRITTEN
        if not asked or isinstance(held, Unknown):
            return self.node.put(ABSENT)
        name = str(self.node.value)
        near = NearNames(held).nearest(name) or same_letters(name, held)
        return self.node.put(ABSENT) if near is None else held[near]

    @fact
    def offered(self) -> Node[str]:
        """The end of a sentence that says which keys the object has, where they are few: `; it has
        a, b`. Empty where they are many, or not known."""
        held = self._held
        if isinstance(held, Unknown) or len(held) > _FEW:
            return self.node.put("")
        return self.node.put(f"; it has {', '.join(held)}")

    @cached_property
    def _held(self) -> dict[str, Node[Any]] | Unknown:
        return _contents(self._target)


def _contents(target: Resource) -> dict[str, Node[Any]] | Unknown:
    """The keys of a ConfigMap or Secret, each where it is written."""
    found: dict[str, Node[Any]] = {}
    fields = _CONTENTS.get(target.kind, ())
    for field in fields:
        part = target.node.get(field)
        if part.unknown or (not part.absent and type(part.value) is not dict):
            return Unknown("its contents cannot be read")
        found.update((key, each.at_key(key)) for key, each in part.entries())
    if not found or any(placeholder(key) for key in found) or _is_filled(target):
        return Unknown("its contents come from elsewhere")
    return found


def _is_filled(target: Resource) -> bool:
    if target.node.get("type").value == "kubernetes.io/service-account-token":
        return True
    metadata = target.node.get("metadata")
    return any(
        key in _FILLED_BY_OTHERS
        for field in ("labels", "annotations")
        for key, _ in metadata.get(field).entries()
    )
