"""References: the name of another object, whether that is there, and what is asked of it."""

from __future__ import annotations

from functools import cached_property
from typing import Final, NamedTuple

from raypolicy import kubenames
from raypolicy.bundle import Resource
from raypolicy.effective.unwritten import Unwritten
from raypolicy.facts.askedkey import AskedKey
from raypolicy.facts.view import Owner, View, fact
from raypolicy.inventory import UNNAMESPACED, Inventory
from raypolicy.tree import ABSENT, DEFAULTED, PLACEHOLDER, Node, Unknown
from raypolicy.values import placeholder

_SEVERAL: Final = Unknown("several objects of the bundle have this name")
_INFIX: Final = "-raycluster"
"""What older releases of KubeRay put between the name of a maker and the random letters."""
_COPIED: Final = (
    "replicator.v1.mittwald.de/",
    "reflector.v1.k8s.emberstack.com/",
    "kubed.appscode.com/sync",
)
"""Beginnings of annotations by which an object is copied to other namespaces."""  # fmt: skip


class WrittenName(NamedTuple):
    """What is said where a name stands: the keys are those that are asked of the object."""

    name: Node[str]
    kind: Node[str]
    namespace: Node[str]
    via: str
    optional: Node[bool]
    keys: tuple[Node[str], ...]


class Reference(View):
    """A name of another object; its node is that name where it is written."""

    apart = True

    def __init__(
        self, written: WrittenName, owner: Owner, inventory: Inventory, unwritten: Unwritten
    ) -> None:
        super().__init__(written.name, owner)
        self._written = written
        self._inventory = inventory
        self._unwritten = unwritten

    @fact
    def kind(self) -> Node[str]:
        """The kind of object it names."""
        return self._written.kind

    @fact
    def name(self) -> Node[str]:
        """The name."""
        return self.node

    @fact
    def via(self) -> Node[str]:
        """Where it is named: `env`, `envFrom`, `volume`, `imagePullSecrets`, `clusterSelector` and
        so on; `text` in a command, an entrypoint, a variable or an annotation."""
        return self.node.put(self._written.via)

    @fact
    def optional(self) -> Node[bool]:
        """Whether the pod starts without it; no by default."""
        written = self._written.optional
        if written.absent:
            return self.node.put(False, how=DEFAULTED)
        return written.map(lambda value: value if type(value) is bool else None, "not a boolean")

    @fact
    def found(self) -> Node[bool]:
        """Whether an object of that kind and name is in the bundle, or made of what is in it;
        unknown where two are."""
        if placeholder(self.node.value) or self.kind.known is None:
            return self.node.put(PLACEHOLDER)
        if len(self._bearers) > 1:
            return self.node.put(_SEVERAL)
        return self.node.put(bool(self._bearers) or self._unwritten.has(*self._sought))

    @fact
    def elsewhere(self) -> Node[str]:
        """The namespace of an object of that kind and name that is certainly in another, where
        none is in this one; absent for kinds that have no namespace."""
        none: Node[str] = self.node.put(ABSENT)
        if self.found.value is not False:
            return none
        others = self._inventory.elsewhere(*self._sought)
        if len(others) != 1 or _is_copied(others[0]):
            return none if not others else none.put(Unknown("it may be copied"))
        return others[0].node.get("metadata", "namespace")

    @fact
    def nearest(self) -> Node[str]:
        """The nearest name that an object of that kind in the bundle does have, if one is near."""
        none: Node[str] = self.node.put(ABSENT)
        if self.found.value is not False or not self.elsewhere.absent:
            return none
        near = self._inventory.nearest(*self._sought) or self._of_another_number
        return none if near is None else near.node.get("metadata", "name")

    @fact
    def suspended(self) -> Node[bool]:
        """Whether the object that it leads to is written to be suspended; absent where it is not in
        the bundle."""
        target = self.target
        if target is None:
            return self.node.put(ABSENT)
        written = target.node.get("spec", "suspend")
        return written.put(False, how=DEFAULTED) if written.absent else written

    @fact
    def fault(self) -> Node[str]:
        """Why no object of Kubernetes can have this name, although a label may have it for its
        value; absent if one can, or no label may."""
        name = self.node.value
        if placeholder(name):
            return self.node.put(PLACEHOLDER)
        value = kubenames.label_value_fault(name) is None
        return self.node.put((value and kubenames.subdomain_fault(name)) or ABSENT)

    @fact
    def fitting(self) -> Node[str]:
        """The name with dashes for what no object may have in its own; unknown if that won't do."""
        return self.node.map(kubenames.fitting, "it needs another name")

    @fact
    def maker(self) -> Node[str]:
        """The kind of the RayService or RayJob of this name, where a RayCluster is sought that is
        not here: the clusters of such have random letters behind the name."""
        return self._maker(self.node.value)

    @fact
    def passing(self) -> Node[str]:
        """The same where this is a name that one of its clusters may have for a while."""
        stem = kubenames.without_random(self.node.value)
        return self.node.put(ABSENT) if stem is None else self._maker(stem.removesuffix(_INFIX))

    def _maker(self, name: str) -> Node[str]:
        if self.kind.value != "RayCluster" or self.found.value is not False:
            return self.node.put(ABSENT)
        for kind in ("RayService", "RayJob"):
            for each in self._inventory.named(kind, name, self._namespace):
                if each.node is not self.owner.resource.node:
                    return self.node.put(kind, each.node.get("metadata", "name"))
        return self.node.put(ABSENT)

    @fact
    def others(self) -> Node[int]:
        """How many names objects of that kind have in the bundle."""
        kind = self.kind.known
        count = 0 if kind is None else len(self._inventory.names_of(kind))
        return self.node.put(count)

    @fact
    def keys(self) -> tuple[AskedKey, ...]:
        """The keys that are asked of the ConfigMap or Secret, where that is here."""
        target = self.target
        if target is None:
            return ()
        return tuple(AskedKey(node, self.owner, target) for node in self._written.keys)

    @cached_property
    def target(self) -> Resource | None:
        """The one object it leads to, where that is written; no word of rules."""
        return self._bearers[0] if len(self._bearers) == 1 else None

    @property
    def _sought(self) -> tuple[str, str, str]:
        return str(self.kind.value), self.node.value, self._namespace

    @property
    def _of_another_number(self) -> Resource | None:
        """The one RayCluster whose name has an s more, or less: of these few are siblings."""
        kind, name, namespace = self._sought
        if kind != "RayCluster":
            return None
        others = (f"{name}s", name.removesuffix("s"))
        found = [each for other in others for each in self._inventory.named(kind, other, namespace)]
        return found[0] if len(found) == 1 else None

    @property
    def _namespace(self) -> str:
        """The namespace that it is sought in; empty where that is left open."""
        written = self._written.namespace
        if written.absent:
            owner = self.owner.resource
            return "" if owner.kind in UNNAMESPACED else owner.namespace
        return written.known if type(written.known) is str else ""

    @cached_property
    def _bearers(self) -> tuple[Resource, ...]:
        """The objects of that kind and name; of several that in the same file, if just one is."""
        if self.kind.known is None:
            return ()
        everywhere = self._inventory.named(*self._sought)
        if len(everywhere) < 2:
            return everywhere
        source = self.node.document.source
        near = tuple(each for each in everywhere if each.node.document.source is source)
        return near if len(near) == 1 else everywhere


def _is_copied(resource: Resource) -> bool:
    annotations = resource.node.get("metadata", "annotations")
    return any(key.startswith(_COPIED) for key, _ in annotations.entries())
